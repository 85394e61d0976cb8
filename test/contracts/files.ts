import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { Fault } from '../../src/domain/fault.ts'
import { differenceOf, type Identity } from '../../src/domain/identity.ts'
import type { Path } from '../../src/domain/path.ts'
import { sightOf } from '../../src/domain/sight.ts'
import type { Files, Inspection, Sight } from '../../src/world.ts'
import type { Hand } from './hand.ts'

export type OpenFiles = { readonly files: Files; readonly hand: Hand; close?(): Promise<void> }

/** What the delivery trees promise, however they are reached. */
export const filesContract = (name: string, open: () => OpenFiles) => {
  describe(`${name}, as delivery trees,`, () => {
    let files: Files
    let hand: Hand
    let close: OpenFiles['close']
    const at = (relative: Path): Path => `${hand.root}/${relative}`

    beforeEach(() => {
      const opened = open()
      files = opened.files
      hand = opened.hand
      close = opened.close?.bind(opened)
    })
    afterEach(async () => {
      await close?.()
      hand.close()
    })

    const lookAt = async (relative: Path, follow = false): Promise<Sight | null> => {
      const [sight] = await files.look([at(relative)], follow)
      if (sight instanceof Fault || sight === undefined) throw sight ?? new Error('no answer')
      return sight
    }
    const identityOf = async (relative: Path): Promise<Identity> => {
      const sight = await lookAt(relative)
      if (sight === null) throw new Error(`nothing stands at ${relative}`)
      return sight.identity
    }
    const inspect = async (relative: Path, read: 'head' | 'sha256' | 'text'): Promise<Inspection | undefined> =>
      (await files.inspect([{ path: at(relative), read }]))[0]

    test('lists names sorted by their bytes, whatever bytes they are', async () => {
      for (const one of ['b', 'a', 'ä', 'B', 'caf\udce9', '.hidden']) hand.write(at(one), '')
      const listing = await files.list(hand.root)
      expect(listing instanceof Fault ? listing : listing.names).toEqual(['.hidden', 'B', 'a', 'b', 'caf\udce9', 'ä'])
    })

    test('lists several directories in one answer, in their order, a fault for each that is not there', async () => {
      for (const one of ['x/1', 'y/2', 'y/3']) hand.write(at(one), '')
      const asked = [at('y'), at('nowhere'), at('x')]
      const answers = await files.listSome(asked)
      expect(answers.map((one) => (one instanceof Fault ? 'fault' : one.names))).toEqual([['2', '3'], 'fault', ['1']])
    })

    test('a directory that is not there is a fault that names it', async () => {
      const answers = [await files.list(at('nowhere')), await files.fileSystemOf(at('nowhere'))]
      for (const one of answers) {
        expect(one).toBeInstanceOf(Fault)
        expect(one instanceof Fault ? one.message : '').toContain(at('nowhere'))
      }
    })

    test('a listing says which file system it stands on', async () => {
      const [listing, alone] = [await files.list(hand.root), await files.fileSystemOf(hand.root)]
      expect(listing instanceof Fault ? listing : listing.fileSystem?.id).toEqual(alone instanceof Fault ? alone : alone.id)
      expect(alone instanceof Fault ? '' : alone.id).not.toBe('')
    })

    test('of several directories only the first is asked for its file system', async () => {
      for (const one of ['x', 'y', 'z']) hand.mkdir(at(one))
      const [alone, ...answers] = [await files.fileSystemOf(at('x')), ...await files.listSome(['x', 'y', 'z'].map(at))]
      const ids = answers.map((one) => (one instanceof Fault ? one : (one.fileSystem?.id ?? null)))
      expect(ids).toEqual([alone instanceof Fault ? alone : alone.id, null, null])
    })

    test('looks in the order of the paths, and null stands for nothing', async () => {
      hand.write(at('a'), 'four')
      hand.mkdir(at('d'))
      const sights = await files.look([at('d'), at('none'), at('a')])
      expect(sights.map((one) => (one instanceof Fault ? 'fault' : (one?.kind ?? null)))).toEqual([
        'directory', null, 'file',
      ])
      expect((await identityOf('a')).sizeBytes).toBe(4)
    })

    test('a glance tells in one text what a look tells', async () => {
      hand.write(at('a'), 'four')
      hand.write(at('caf\udce9'), '')
      hand.mkdir(at('d'))
      hand.symlink(at('link'), at('a'))
      const paths = ['a', 'caf\udce9', 'd', 'link', 'none', 'a/below'].map(at)
      for (const follow of [false, true]) {
        const told = (await files.glance(paths, follow)).map((one) =>
          one === null || one instanceof Fault ? one : sightOf(one))
        expect(told).toEqual(await files.look(paths, follow))
      }
    })

    test('a symbolic link is one, and its target only where that is asked for', async () => {
      hand.write(at('a'), 'content')
      hand.symlink(at('link'), at('a'))
      hand.symlink(at('broken'), at('none'))
      expect((await lookAt('link'))?.kind).toBe('symlink')
      expect((await lookAt('link', true))?.identity).toEqual(await identityOf('a'))
      expect(await lookAt('broken', true)).toBeNull()
    })

    test('a file that nobody touched is the same; what was done to it shows', async () => {
      hand.write(at('a'), 'content')
      const before = await identityOf('a')
      expect(await identityOf('a')).toEqual(before)
      hand.chmod(at('a'))
      expect(differenceOf(before, await identityOf('a'))).toBe('touched')
      hand.touch(at('a'))
      expect(differenceOf(before, await identityOf('a'))).toBe('changed')
      hand.write(at('a'), 'longer content')
      expect(differenceOf(before, await identityOf('a'))).toBe('changed')
    })

    test('reads what is asked for, and says of which state', async () => {
      hand.write(at('a'), 'some text\n')
      const identity = await identityOf('a')
      const sha256 = createHash('sha256').update('some text\n').digest('hex')
      expect(await inspect('a', 'head')).toEqual({ is: 'read', identity })
      expect(await inspect('a', 'sha256')).toEqual({ is: 'read', identity, sha256 })
      expect(await inspect('a', 'text')).toEqual({ is: 'read', identity, text: 'some text\n' })
    })

    test('gives the whole text of a file that lists thousands', async () => {
      const text = 'one line of many\n'.repeat(50_000)
      hand.write(at('a'), text)
      expect(await inspect('a', 'text')).toMatchObject({ is: 'read', text })
    })

    test('what may be read is told as a glance tells it; of everything else, nothing', async () => {
      hand.write(at('a'), 'some text\n')
      hand.mkdir(at('d'))
      hand.symlink(at('link'), at('a'))
      const paths = ['a', 'd', 'link', 'none'].map(at)
      const [seen = null] = await files.glance([at('a')])
      expect(seen).toStartWith('f10:')
      expect(await files.readable(paths)).toEqual([seen as string, null, null, null])
      expect(await files.readable(paths, true)).toEqual([seen as string, null, seen as string, null])
    })

    test('an empty file can be read', async () => {
      hand.write(at('empty'), '')
      const sha256 = createHash('sha256').digest('hex')
      expect(await inspect('empty', 'sha256')).toMatchObject({ is: 'read', sha256 })
      expect(await inspect('empty', 'head')).toMatchObject({ is: 'read' })
    })

    test('what cannot be read says why; what is gone is gone', async () => {
      hand.mkdir(at('d'))
      hand.write(at('a'), 'content')
      hand.symlink(at('link'), at('a'))
      const answers = await files.inspect(['none', 'd', 'link', 'a'].map((one) => ({ path: at(one), read: 'head' })))
      expect(answers.map((one) => one.is)).toEqual(['gone', 'unreadable', 'unreadable', 'read'])
    })

    test('removes the very file that it was shown', async () => {
      hand.write(at('a'), 'content')
      const identity = await identityOf('a')
      expect(await files.remove([{ path: at('a'), identity }])).toEqual([{ is: 'removed' }])
      expect(await lookAt('a')).toBeNull()
      expect(await files.remove([{ path: at('a'), identity }])).toEqual([{ is: 'gone' }])
      const listing = await files.list(hand.root)
      expect(listing instanceof Fault ? listing : listing.names).toEqual([])
    })

    test('leaves a file that became another one', async () => {
      hand.write(at('a'), 'content')
      const identity = await identityOf('a')
      hand.write(at('a'), 'other content')
      expect(await files.remove([{ path: at('a'), identity }])).toEqual([{ is: 'changed' }])
      expect(hand.read(at('a'))).toBe('other content')
      const listing = await files.list(hand.root)
      expect(listing instanceof Fault ? listing : listing.names).toEqual(['a'])
    })

    test('removes where the ctime alone moved', async () => {
      hand.write(at('a'), 'content')
      const identity = await identityOf('a')
      hand.chmod(at('a'))
      expect(await files.remove([{ path: at('a'), identity }])).toEqual([{ is: 'removed' }])
    })
  })
}
