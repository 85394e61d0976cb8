import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Fault } from '../../../src/domain/fault.ts'
import { localDirectory } from '../../../src/edges/archive/local-directory.ts'
import { openTakenNumbers } from '../../../src/edges/archive/taken-numbers.ts'
import { newPulseBoard, pulseOf, showPulseOn } from '../../../src/edges/pulse.ts'
import type { Destination, PutGroup } from '../../../src/world.ts'
import { anArchiveAt } from '../an-archive.ts'
import { aPutGroup } from './a-put-group.ts'

let root: string
let run: Destination
/** It counts each look at a path and each block that is read. */
const board = newPulseBoard()

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'carbonation-taken-'))
  run = localDirectory(anArchiveAt(join(root, 'archive')), { ledgerId: 'test', name: 'a' })
  showPulseOn(board)
})
afterEach(async () => {
  showPulseOn(newPulseBoard())
  await run.close()
  rmSync(root, { recursive: true })
})

const aGroup = async (content: string, more: Partial<PutGroup> = {}): Promise<PutGroup> => {
  const source = join(root, `${crypto.randomUUID()}.txt`)
  writeFileSync(source, content)
  return { ...await aPutGroup(source), groupKey: source, ...more }
}
const put = async (...contents: readonly string[]) => putAll(await Promise.all(contents.map((one) => aGroup(one))))
const putAll = async (groups: readonly PutGroup[]) => {
  const state = await run.check(null)
  if (state instanceof Fault) throw state
  const before = pulseOf(board)
  const answer = await run.put(groups, state.id)
  const moves = pulseOf(board) - before
  await run.commit(answer.receipt)
  return { moves, groups: answer.groups }
}
const each = async (contents: readonly string[]) => {
  const answers = []
  for (const one of contents) answers.push(await put(one))
  return answers
}
const numbered = (count: number, of: (index: number) => string): readonly string[] => Array.from({ length: count }, (_, index) => of(index))
const sameSize = (index: number): string => `content ${String(index).padStart(4, '0')}`
const kept = (number: number): string => join(root, `archive/kept/a~${number}.txt`)

describe('a file whose name many bear already', () => {
  test.each([
    ['of one size', sameSize],
    ['of many sizes', (index: number) => 'x'.repeat(index)],
  ])('is put beside those %s with no more looks than beside a few', async (_, content) => {
    const answers = await each(numbered(60, content))
    expect(answers.map(({ groups }) => groups[0])).toMatchObject(numbered(60, String).map((_one, index) => ({ is: 'stored', number: index + 1 })))
    expect(answers[59]?.moves).toBe(answers[10]?.moves ?? 0)
  })

  test('is put together with others of that name with hardly more looks for each', async () => {
    const { moves: few } = await put(...numbered(10, sameSize))
    const { moves: many } = await put(...numbered(100, (index) => sameSize(1000 + index)))
    expect(many / 100).toBeLessThan(few / 10 + 2)
    expect(readdirSync(join(root, 'archive/kept'))).toHaveLength(110)
  })

  test('is known again by its bytes', async () => {
    await each(numbered(12, sameSize))
    const { groups } = await put(sameSize(6))
    expect(groups).toMatchObject([{ is: 'stored', number: 7 }])
    expect(readdirSync(join(root, 'archive/kept'))).toHaveLength(12)
  })

  test('names the stranger under the number that it bears', async () => {
    await each(numbered(12, sameSize))
    const { groups } = await put('another')
    expect(groups).toMatchObject([{ is: 'stored', number: 13, stranger: join(root, 'archive/kept/a.txt') }])
  })

  test('gets the smallest free number again when the last of them is gone', async () => {
    await each(numbered(12, sameSize))
    for (const number of [5, 12]) rmSync(kept(number))
    const { groups } = await put('another')
    expect(groups).toMatchObject([{ is: 'stored', number: 5 }])
  })

  test('replaces what it is to replace', async () => {
    await each(numbered(12, sameSize))
    const sha256 = new Bun.CryptoHasher('sha256').update(sameSize(4)).digest('hex')
    const { groups } = await putAll([await aGroup('a new one', { number: 5, replaces: [{ key: 'kept/a~5.txt', sha256 }] })])
    expect(groups).toMatchObject([{ is: 'stored', number: 5 }])
    expect(readFileSync(kept(5), 'utf8')).toBe('a new one')
  })

  test('with another beside it, whose name others bear as well, finds its number as soon', async () => {
    const pair = async (one: string, other: string): Promise<PutGroup> => {
      const [first, second] = [await aGroup(one), await aGroup(other)]
      return { ...first, members: [...first.members, ...second.members.map((each) => ({ ...each, extension: '.json', primary: false }))] }
    }
    await put('alone')
    const answers = []
    for (let index = 0; index < 60; index += 1) {
      if (index === 20) writeFileSync(join(root, 'archive/kept/a~22.json'), 'a stranger')
      answers.push(await putAll([await pair(sameSize(index), sameSize(index))]))
    }
    expect(answers[59]?.groups).toMatchObject([{ is: 'stored', number: 62 }])
    expect(answers[59]?.moves).toBe(answers[10]?.moves ?? 0)
  })

  test('never gets the place of one that came meanwhile', async () => {
    await each(numbered(12, sameSize))
    writeFileSync(kept(13), 'a stranger')
    const { groups } = await put('another')
    expect(groups).toMatchObject([{ is: 'stored', number: 14 }])
    expect(readFileSync(kept(13), 'utf8')).toBe('a stranger')
  })
})

describe('numbers that were found taken', () => {
  const found = (count: number, mark: (number: number) => string | null) =>
    numbered(count, String).map((_, index) => ({ number: index + 1, at: 0, sizeBytes: 5, mark: mark(index + 1) }))

  test('are skipped but for those of the same content, and of the same size where nobody read them', () => {
    const taken = openTakenNumbers()
    taken.remember('a', found(10, (number) => (number === 7 ? null : `digest ${number}`)))
    expect(taken.beyond('a', 1, [{ sizeBytes: 9, mark: 'other' }])).toBe(11)
    expect(taken.beyond('a', 1, [{ sizeBytes: 9, mark: 'digest 4' }])).toBe(4)
    expect(taken.beyond('a', 1, [{ sizeBytes: 5, mark: 'other' }])).toBe(7)
    expect(taken.beyond('a', 8, [{ sizeBytes: 5, mark: 'other' }])).toBe(11)
    expect(taken.beyond('b', 1, [{ sizeBytes: 5, mark: 'other' }])).toBe(1)
  })

  test('are not remembered for one or two, nor beyond a gap', () => {
    const taken = openTakenNumbers()
    taken.remember('a', found(2, String))
    expect(taken.beyond('a', 1, [{ sizeBytes: 9, mark: 'other' }])).toBe(1)
    taken.remember('a', found(4, String))
    taken.remember('a', [{ number: 9, at: 0, sizeBytes: 5, mark: 'far' }])
    expect([1, 9].map((number) => taken.beyond('a', number, [{ sizeBytes: 9, mark: 'other' }]))).toEqual([1, 10])
  })
})
