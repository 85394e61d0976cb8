import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { Fault } from '../../src/domain/fault.ts'
import { joinPath, type Path } from '../../src/domain/path.ts'
import type { Destination, Files, PutAnswer, PutGroup, PutMember, PutResult } from '../../src/world.ts'
import type { Hand } from './hand.ts'

export type OpenDestination = {
  /** An archive by the name of "main" that stands at `root`. */
  readonly destination: Destination
  readonly root: Path
  /** Another disk takes its place. */
  readonly exchange: () => void
  /** The sources below it. */
  readonly hand: Hand
  readonly files: Files
  close?(): Promise<void>
}

const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex')

/** What an archive promises, whatever it is made of. */
export const destinationContract = (name: string, open: () => OpenDestination) => {
  describe(`${name}, as an archive,`, () => {
    let own: OpenDestination
    let id: string

    beforeEach(async () => {
      own = open()
      const state = await own.destination.check(null)
      if (state instanceof Fault) throw state
      id = state.id
    })
    afterEach(async () => {
      await own.destination.close()
      await own.close?.()
      own.hand.close()
    })

    const member = async (fileName: Path, content: string, more: Partial<PutMember> = {}): Promise<PutMember> => {
      const source = `${own.hand.root}/in/${fileName}`
      own.hand.write(source, content)
      return aMember(own.files, source, more)
    }
    const group = (members: readonly PutMember[], more: Partial<PutGroup> = {}): PutGroup => ({
      directory: 'alpha', number: 1, members, replaces: [], watchName: 'w', groupKey: 'a', generation: 1, ...more,
    })
    const put = (...groups: readonly PutGroup[]): Promise<PutAnswer> => own.destination.put(groups, id)
    const putOne = async (one: PutGroup): Promise<{ receipt: string; result: PutResult }> => {
      const { receipt, groups: [result] } = await put(one)
      if (result === undefined) throw new Error('no answer')
      return { receipt, result }
    }
    const store = async (one: PutGroup): Promise<Extract<PutResult, { is: 'stored' }>> => {
      const { receipt, result } = await putOne(one)
      if (result.is !== 'stored') throw new Error(JSON.stringify(result))
      await own.destination.commit(receipt)
      return result
    }
    const held = (key: Path): string | null => own.hand.read(joinPath(own.root, key))

    test('has an id of its own, made once', async () => {
      expect(id).not.toBe('')
      expect(await own.destination.check(id)).toMatchObject({ id })
      expect(await own.destination.check(null)).toMatchObject({ id })
    })

    test('tells its free space', async () => {
      const state = await own.destination.check(id)
      expect(state instanceof Fault ? 0 : state.freeBytes).toBeGreaterThan(0)
    })

    test('takes nothing where another disk stands in its place, and says so as an archive', async () => {
      own.exchange()
      const state = await own.destination.check(id)
      expect(state instanceof Fault ? state.archive : 'no fault').toBe('main')
      const { result } = await putOne(group([await member('a.txt', 'text')]))
      expect(result.is === 'fault' ? result.fault.archive : result.is).toBe('main')
      expect(held('alpha/a.txt')).toBeNull()
    })

    test('keeps every member under its key, and names the digest of the bytes that it keeps', async () => {
      const stored = await store(group([await member('a.txt', 'text'), await member('a.json', '{}', { primary: true })]))
      expect(stored).toMatchObject({
        number: 1, stranger: null,
        members: [
          { key: 'alpha/a.txt', path: `${own.root}/alpha/a.txt`, sha256: sha256('text'), sizeBytes: 4 },
          { key: 'alpha/a.json', path: `${own.root}/alpha/a.json`, sha256: sha256('{}'), sizeBytes: 2 },
        ],
      })
      expect([held('alpha/a.txt'), held('alpha/a.json')]).toEqual(['text', '{}'])
    })

    test('leaves the sources where they are', async () => {
      const one = await member('a.txt', 'text')
      await store(group([one]))
      expect(own.hand.read(one.source)).toBe('text')
    })

    test('keeps names of any bytes, and files without a byte', async () => {
      await store(group([await member('caf\udce9.txt', 'text'), await member('empty.txt', '')]))
      expect([held('alpha/caf\udce9.txt'), held('alpha/empty.txt')]).toEqual(['text', ''])
    })

    test('puts into deep directories, and into none', async () => {
      await store(group([await member('a.txt', 'deep')], { directory: '2026/11/21' }))
      await store(group([await member('b.txt', 'flat')], { directory: '' }))
      expect([held('2026/11/21/a.txt'), held('b.txt')]).toEqual(['deep', 'flat'])
    })

    test('takes back what was not committed', async () => {
      const { receipt } = await putOne(group([await member('a.txt', 'text'), await member('a.json', '{}')]))
      await own.destination.takeBack(receipt)
      expect([held('alpha/a.txt'), held('alpha/a.json')]).toEqual([null, null])
      const again = await store(group([await member('a.txt', 'text')]))
      expect(again.number).toBe(1)
    })

    test('a source that changed or went away is told, and nothing of its group is kept', async () => {
      const [changed, gone] = [await member('a.txt', 'text'), await member('b.txt', 'text')]
      const beside = await member('a.json', '{}')
      own.hand.write(changed.source, 'other text')
      own.hand.delete(gone.source)
      const answer = await put(
        group([beside, changed]), group([gone], { groupKey: 'b' }), group([await member('c.txt', 'c')], { groupKey: 'c' }),
      )
      await own.destination.commit(answer.receipt)
      expect(answer.groups.map((one) => one.is)).toEqual(['changed', 'changed', 'stored'])
      expect(answer.groups[0]).toEqual({ is: 'changed', paths: [changed.source] })
      expect(['a.txt', 'a.json', 'b.txt', 'c.txt'].map((one) => held(`alpha/${one}`))).toEqual([null, null, null, 'c'])
    })

    test('a put that kept nothing leaves nothing to be ended', async () => {
      const gone = await member('a.txt', 'text')
      own.hand.delete(gone.source)
      expect(await putOne(group([gone]))).toEqual({ receipt: '', result: { is: 'changed', paths: [gone.source] } })
    })

    test('the same content once more is done already', async () => {
      const one = group([await member('a.txt', 'text')])
      await store(one)
      expect(await store(one)).toMatchObject({ number: 1, stranger: null, members: [{ key: 'alpha/a.txt' }] })
      expect(held('alpha/a~2.txt')).toBeNull()
    })

    test('a stranger is never touched: all members are stored beside it under one number', async () => {
      own.hand.write(joinPath(own.root, 'alpha/a.txt'), 'mine')
      own.hand.write(joinPath(own.root, 'alpha/a~2.json'), 'also mine')
      const stored = await store(group([await member('a.txt', 'text'), await member('a.json', '{}')]))
      expect(stored.number).toBe(3)
      expect(stored.stranger).toBe(joinPath(own.root, 'alpha/a.txt'))
      expect(['a.txt', 'a~2.json', 'a~3.txt', 'a~3.json', 'a.json'].map((one) => held(`alpha/${one}`))).toEqual([
        'mine', 'also mine', 'text', '{}', null,
      ])
    })

    test('the same size is not the same content', async () => {
      own.hand.write(joinPath(own.root, 'alpha/a.txt'), 'mine')
      const stored = await store(group([await member('a.txt', 'your')]))
      expect([stored.number, held('alpha/a.txt'), held('alpha/a~2.txt')]).toEqual([2, 'mine', 'your'])
    })

    test('a name that holds the same content already is used', async () => {
      own.hand.write(joinPath(own.root, 'alpha/a.txt'), 'text')
      const stored = await store(group([await member('a.txt', 'text'), await member('a.json', '{}')]))
      expect([stored.number, stored.stranger, held('alpha/a.json')]).toEqual([1, null, '{}'])
    })

    test('two groups of one put that want the same name are stored beside one another', async () => {
      const first = await member('a.txt', 'first')
      const second = await member('other/a.txt', 'second')
      const answer = await put(group([first]), group([second], { groupKey: 'other/a' }))
      await own.destination.commit(answer.receipt)
      expect(answer.groups.map((one) => (one.is === 'stored' ? one.number : one.is))).toEqual([1, 2])
      expect([held('alpha/a.txt'), held('alpha/a~2.txt')]).toEqual(['first', 'second'])
    })

    test('begins at the number that a group bears already', async () => {
      const stored = await store(group([await member('a.txt', 'text')], { number: 4 }))
      expect([stored.number, held('alpha/a~4.txt')]).toEqual([4, 'text'])
    })

    test('finds a name for a generation after ten thousand others', async () => {
      own.hand.write(joinPath(own.root, 'alpha/a~10001.txt'), 'the one before')
      const stored = await store(group([await member('a.txt', 'text')], { number: 10_001, generation: 10_002 }))
      expect([stored.number, held('alpha/a~10002.txt')]).toEqual([10_002, 'text'])
    })

    test('exchanges an earlier generation, and puts it back where that is taken back', async () => {
      await store(group([await member('a.txt', 'old')]))
      const replaces = [{ key: 'alpha/a.txt', sha256: sha256('old') }]
      const next = group([await member('a.txt', 'new bytes')], { generation: 2, replaces })
      const { receipt, result } = await putOne(next)
      expect(result).toMatchObject({ is: 'stored', number: 1, members: [{ sha256: sha256('new bytes') }] })
      expect(held('alpha/a.txt')).toBe('new bytes')
      await own.destination.takeBack(receipt)
      expect(held('alpha/a.txt')).toBe('old')
      await store(next)
      expect(held('alpha/a.txt')).toBe('new bytes')
    })

    test('what does not hold the bytes of the earlier generation any more is a stranger', async () => {
      own.hand.write(joinPath(own.root, 'alpha/a.txt'), 'edited by hand')
      const replaces = [{ key: 'alpha/a.txt', sha256: sha256('old') }]
      const stored = await store(group([await member('a.txt', 'new')], { generation: 2, replaces }))
      expect([stored.number, held('alpha/a.txt')]).toEqual([2, 'edited by hand'])
    })

    test('takes a member over from its own files', async () => {
      const { members: [kept] } = await store(group([await member('a.json', '{}')]))
      const taken = await aMember(own.files, kept?.path ?? '', { fromArchive: true })
      const fromDelivery = { ...taken, identity: { ...taken.identity, inode: '1', ctimeNs: '1' } }
      await store(group([await member('a.txt', 'new'), fromDelivery], { number: 2 }))
      expect([held('alpha/a~2.txt'), held('alpha/a~2.json')]).toEqual(['new', '{}'])
    })

    test('finds nothing to recover where no run died', async () => {
      const { receipt } = await putOne(group([await member('a.txt', 'text')]))
      expect(await own.destination.recover()).toEqual([])
      await own.destination.resolve([])
      expect(held('alpha/a.txt')).toBe('text')
      await own.destination.commit(receipt)
    })
  })
}

/** A file as a group brings it to an archive. */
const aMember = async (files: Files, source: Path, more: Partial<PutMember>): Promise<PutMember> => {
  const [sight] = await files.look([source])
  if (sight instanceof Fault || sight == null) throw new Error(`nothing stands at ${source}`)
  const [, stem = '', extension = ''] = /([^/]*)(\.[^./]*)$/.exec(source) ?? []
  return { source, identity: sight.identity, stem, extension, primary: false, fromArchive: false, ...more }
}
