import { afterEach, beforeEach, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localDirectory } from '../../../src/edges/archive/local-directory.ts'
import { readIntents } from '../../../src/edges/archive/intents.ts'
import { undo } from '../../../src/edges/archive/undo.ts'
import { Fault } from '../../../src/domain/fault.ts'
import { anArchiveAt } from '../an-archive.ts'
import { aPutGroup } from './a-put-group.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'carbonation-fences-'))
  writeFileSync(join(root, 'a.txt'), 'bytes')
})
afterEach(() => rmSync(root, { recursive: true }))

const aRun = (name: string) => localDirectory({ ...anArchiveAt(join(root, 'archive')), isShared: true }, { ledgerId: 'test', name })
const target = () => join(root, 'archive/kept/a.txt')
const staging = () => join(root, 'archive/.carbonation/staging')
const put = async (run: ReturnType<typeof aRun>, fence: number) => {
  const state = await run.check(null)
  if (state instanceof Fault) throw state
  return run.put([await aPutGroup(join(root, 'a.txt'))], state.id, fence)
}

test('what a run stages under a fence that stands is left alone, whatever its locks say', async () => {
  const [a, b] = [aRun('a'), aRun('b')]
  await put(a, 1)
  await a.close()
  expect(await b.recover({ newest: 2, fences: [1, 2] })).toEqual([])
  expect(await b.recover({ newest: 0, fences: [] })).toEqual([])
  expect(await b.recover({ newest: 2, fences: [2] })).toHaveLength(1)
})

test('a run without standing is ended while it sleeps, and takes nothing back when it wakes up', async () => {
  const [a, b] = [aRun('a'), aRun('b')]
  const { receipt } = await put(a, 1)
  expect(existsSync(target())).toBe(true)
  expect((await b.recover({ newest: 2, fences: [2] })).map((one) => one.key)).toEqual(['kept/a.txt'])
  await b.resolve([])
  expect(existsSync(target())).toBe(false)
  const own = await put(b, 2)
  expect(own.groups).toMatchObject([{ is: 'stored', number: 1 }])
  await a.takeBack(receipt)
  expect(readFileSync(target(), 'utf8')).toBe('bytes')
  await b.commit(own.receipt)
  await b.close()
  await a.close()
  expect(readdirSync(staging())).toEqual([])
})

test('also one that was in the middle of taking back does not touch what is kept', async () => {
  const [a, b] = [aRun('a'), aRun('b')]
  const { receipt } = await put(a, 1)
  const [place = ''] = JSON.parse(receipt) as string[]
  const intents = readIntents(place)
  await b.recover({ newest: 2, fences: [2] })
  await b.resolve([0])
  undo(join(root, 'archive'), place, intents)
  expect(readFileSync(target(), 'utf8')).toBe('bytes')
})

test('a run that wakes up without standing publishes nothing any more', async () => {
  const [a, b] = [aRun('a'), aRun('b')]
  await put(a, 1)
  await b.recover({ newest: 2, fences: [2] })
  await b.resolve([])
  expect(readdirSync(staging())).toEqual([])
  expect(existsSync(target())).toBe(false)
})

test('what stands there with the same bytes is not relied upon: another run may still take it back', async () => {
  const [a, b] = [aRun('a'), aRun('b')]
  const first = await put(a, 1)
  const second = await put(b, 2)
  expect(second.groups).toMatchObject([{ is: 'stored', number: 1 }])
  await b.commit(second.receipt)
  await a.takeBack(first.receipt)
  expect(readFileSync(target(), 'utf8')).toBe('bytes')
})

test('nor does the end of whoever came second take away what the first one put there', async () => {
  const [a, b] = [aRun('a'), aRun('b')]
  const first = await put(a, 1)
  const second = await put(b, 2)
  await b.takeBack(second.receipt)
  await a.commit(first.receipt)
  expect(readFileSync(target(), 'utf8')).toBe('bytes')
})

test('a run under a new fence stages anew, and what it left under the old one is ended by whoever comes first', async () => {
  const a = aRun('a')
  await put(a, 1)
  const second = await put(a, 2)
  expect(second.groups).toMatchObject([{ is: 'stored', number: 1 }])
  expect(readdirSync(staging()).filter((name) => !name.endsWith('.lock'))).toHaveLength(2)
  const intents = await a.recover({ newest: 2, fences: [2] })
  expect(intents.map((one) => one.key)).toEqual(['kept/a.txt'])
  await a.resolve([0])
  await a.commit(second.receipt)
  await a.close()
  expect([readFileSync(target(), 'utf8'), readdirSync(staging())]).toEqual(['bytes', []])
})
