import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import {
  closeSync, linkSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, renameSync, rmSync, unlinkSync,
  writeFileSync, writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { Fault } from '../../src/domain/fault.ts'
import { fsPath, type Path } from '../../src/domain/path.ts'
import type { Hint, Watcher } from '../../src/world.ts'
import { type Knowledge, knowledgeOf } from './knowledge.ts'

/** Longer than anybody waits for a hint. */
const patienceMs = 20_000

/** Makes a watcher that looks after lost roots, or polls, every few milliseconds. */
export type MakeWatcher = (onHint: (hint: Hint) => void) => Watcher

/** What every watcher promises: who looks where its hints say, when they come, knows of every file. */
export const watcherContract = (name: string, makeWatcher: MakeWatcher, { sendsEvents }: { sendsEvents: boolean }) => {
  setDefaultTimeout(patienceMs)
  describe(`${name}, as a watcher,`, () => {
    let top: Path
    let root: Path
    let outside: Path
    let known: Knowledge
    let watcher: Watcher

    beforeEach(() => {
      top = mkdtempSync(`${tmpdir()}/watcher-`)
      root = `${top}/root`
      outside = `${top}/outside`
      mkdirSync(root)
      mkdirSync(outside)
      known = knowledgeOf(root)
      watcher = makeWatcher((hint) => known.take(hint))
    })
    afterEach(async () => {
      await watcher.close()
      rmSync(top, { recursive: true, force: true })
    })

    const watch = (recursive = true) => watcher.watch({ name: 'in', path: root, recursive })
    const write = (path: Path) => writeFileSync(fsPath(path), 'content')
    const knows = (...paths: Path[]) => known.until(() => paths.every((one) => known.files.has(one)), paths.join(' '))
    const forgets = (path: Path) => known.until(() => !known.files.has(path), `${path} to be forgotten`)
    const rootHints = () => known.hints.filter((hint) => hint.is === 'root')

    test('tells of a file that was written', async () => {
      await watch()
      write(`${root}/a`)
      await knows(`${root}/a`)
    })

    test('tells of a file once more when it is closed, however long it was open', async () => {
      await watch()
      const file = openSync(`${root}/a`, 'w')
      await knows(`${root}/a`)
      const before = known.hints.length
      writeSync(file, 'content')
      closeSync(file)
      await known.until(() => known.hints.length > before, 'a hint for the closed file')
    })

    test('tells of a file that was renamed in, or linked in', async () => {
      write(`${outside}/a`)
      await watch()
      linkSync(`${outside}/a`, `${root}/linked`)
      renameSync(`${outside}/a`, `${root}/renamed`)
      await knows(`${root}/linked`, `${root}/renamed`)
    })

    test('tells of a file that was deleted, or renamed out', async () => {
      await watch()
      write(`${root}/deleted`)
      write(`${root}/renamed`)
      await knows(`${root}/deleted`, `${root}/renamed`)
      unlinkSync(`${root}/deleted`)
      renameSync(`${root}/renamed`, `${outside}/renamed`)
      await forgets(`${root}/deleted`)
      await forgets(`${root}/renamed`)
    })

    test('tells of files in directories that were made a moment before', async () => {
      await watch()
      const files = Array.from({ length: 100 }, (_, n) => `${root}/${n}/b/c/file`)
      for (const file of files) {
        mkdirSync(file.slice(0, -'/file'.length), { recursive: true })
        write(file)
      }
      await knows(...files)
    })

    test('tells of what is in directories that were moved in, and of what comes into them later', async () => {
      const directories = Array.from({ length: 50 }, (_, n) => n)
      for (const n of directories) {
        mkdirSync(`${outside}/${n}/b`, { recursive: true })
        write(`${outside}/${n}/b/before`)
      }
      await watch()
      for (const n of directories) renameSync(`${outside}/${n}`, `${root}/${n}`)
      await knows(...directories.map((n) => `${root}/${n}/b/before`))
      for (const n of directories) write(`${root}/${n}/b/after`)
      await knows(...directories.map((n) => `${root}/${n}/b/after`))
    })

    test('follows a directory that was renamed within the root', async () => {
      mkdirSync(`${root}/old/b`, { recursive: true })
      await watch()
      renameSync(`${root}/old`, `${root}/new`)
      write(`${root}/new/b/a`)
      await knows(`${root}/new/b/a`)
      write(`${root}/new/b/z`)
      await knows(`${root}/new/b/z`)
    })

    test('follows a directory that was moved into one that is new itself', async () => {
      mkdirSync(`${root}/a/b`, { recursive: true })
      await watch()
      mkdirSync(`${root}/new/deep`, { recursive: true })
      renameSync(`${root}/a`, `${root}/new/deep/a`)
      mkdirSync(`${root}/a`)
      write(`${root}/a/other`)
      await knows(`${root}/a/other`)
      write(`${root}/new/deep/a/b/file`)
      await knows(`${root}/new/deep/a/b/file`)
    })

    test('tells of all that went when a directory was moved out', async () => {
      mkdirSync(`${root}/a/b`, { recursive: true })
      await watch()
      write(`${root}/a/b/file`)
      await knows(`${root}/a/b/file`)
      renameSync(`${root}/a`, `${outside}/a`)
      await forgets(`${root}/a/b/file`)
    })

    test('gives names back as they are, whatever their bytes', async () => {
      const directory = `${root}/\udcff\udcfe`
      const names = ['line\nbreak', 'latin-\udce9', 'trailing ', '\u{1f4e6}', 'nul-like\\0', '\ufffd', '\udced\udca0\udc80']
      mkdirSync(fsPath(directory))
      await watch()
      mkdirSync(fsPath(`${directory}/\udc80`))
      const files = names.flatMap((name) => [`${root}/${name}`, `${directory}/${name}`, `${directory}/\udc80/${name}`])
      for (const file of files) write(file)
      await knows(...files)
    })

    test('loses none of 5,000 files while nobody listens for a second', async () => {
      await watch()
      const start = performance.now()
      const files = Array.from({ length: 5000 }, (_, n) => `${root}/${n}`)
      for (const file of files) write(file)
      while (performance.now() - start < 1000);
      await known.until(() => known.files.size === files.length, '5,000 files')
    })

    test('goes on with a root that was deleted and made anew', async () => {
      await watch()
      rmSync(root, { recursive: true })
      if (sendsEvents) await known.until(() => rootHints().some((hint) => hint.lost), 'the loss')
      mkdirSync(root)
      if (sendsEvents) await known.until(() => rootHints().at(-1)?.lost === false, 'the root to be watched again')
      write(`${root}/a`)
      await knows(`${root}/a`)
    })

    test('goes on with a root that was exchanged for another', async () => {
      await watch()
      write(`${outside}/a`)
      renameSync(root, `${top}/away`)
      renameSync(outside, root)
      await knows(`${root}/a`)
      write(`${root}/b`)
      await knows(`${root}/b`)
    })

    test('watches a directory without those below it', async () => {
      mkdirSync(`${root}/below`)
      known = knowledgeOf(root, false)
      await watch(false)
      write(`${root}/below/a`)
      mkdirSync(`${root}/new`)
      write(`${root}/new/b`)
      write(`${root}/c`)
      await knows(`${root}/c`)
      expect([...known.files]).toEqual([`${root}/c`])
    })

    test('leaves a root alone that is not wanted any more', async () => {
      await watch()
      await watcher.watch({ name: 'other', path: outside, recursive: true })
      await watcher.unwatch('other')
      const before = known.hints.length
      write(`${outside}/a`)
      write(`${root}/a`)
      await known.until(() => known.hints.length > before, 'a hint')
      await knows(`${root}/a`)
      expect(known.hints.slice(before).filter((hint) => hint.root === 'other')).toEqual([])
    })

    test('says the same again when it is asked again', async () => {
      const state = await watch()
      expect(await watch()).toEqual(state)
    })

    if (sendsEvents)
      test('says nothing of the whole root while nothing is lost', async () => {
        await watch()
        for (let n = 0; n < 200; n++) write(`${root}/${n}`)
        await known.until(() => known.files.size === 200, '200 files')
        expect(rootHints()).toEqual([])
      })

    if (sendsEvents)
      test('refuses a root that is not there, and says so when it is', async () => {
        rmSync(root, { recursive: true })
        await expect(watch()).rejects.toBeInstanceOf(Fault)
        mkdirSync(root)
        await known.until(() => rootHints().at(-1)?.lost === false, 'the root to be watched')
        write(`${root}/a`)
        await knows(`${root}/a`)
      })

    test('leaves neither descriptor nor worker nor hint behind when it is closed', async () => {
      const cycle = async () => {
        const one = makeWatcher(known.take)
        for (const name of ['a', 'b', 'c']) await one.watch({ name, path: root, recursive: true })
        await one.close()
        return held()
      }
      await cycle()
      const first = await cycle()
      for (let n = 0; n < 5; n++) await cycle()
      await known.until(() => held() <= first, `no more than ${first} descriptors and workers, now ${held()}`)
      await watch()
      write(`${root}/a`)
      await knows(`${root}/a`)
      expect(known.hints.filter((hint) => hint.root !== 'in')).toEqual([])
    })
  })
}

/** Open descriptors and workers of this process; threads that Bun starts for itself are its own affair. */
const held = (): number => {
  const workers = readdirSync('/proc/self/task').filter((thread) => nameOf(thread) === 'Worker')
  return readdirSync('/proc/self/fd').length + workers.length
}

const nameOf = (thread: string): string => {
  try {
    return readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim()
  } catch {
    return ''
  }
}
