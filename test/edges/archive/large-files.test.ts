import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { appendFileSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { copyFile } from '../../../src/edges/archive/copy.ts'
import { copyLarge, largeBytes } from '../../../src/edges/archive/copy-large.ts'
import { closeFile, openFile, openToRead, writeAndReadNew } from '../../../src/edges/file-calls.ts'
import { openHashBeside, type HashBeside } from '../../../src/edges/hash-beside.ts'
import { lookAt } from '../../../src/edges/look-at.ts'
import { openWorkerPool } from '../../../src/edges/worker-pool.ts'
import { aGroup, isSame, sha256sum, writeLarge } from '../a-large-file.ts'
import { anArchiveAt } from '../an-archive.ts'

setDefaultTimeout(60_000)

let root = ''
beforeEach(() => {
  root = mkdtempSync(`${tmpdir()}/carbonation-large-`)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const identityAt = (path: string) => {
  const sight = lookAt(path, false)
  if (sight === null) throw new Error(`nothing stands at ${path}`)
  return sight.identity
}
const options = { mode: 0o440, fromArchive: false, sync: false, followSymlink: false }

describe('a large file', () => {
  const around = [largeBytes, largeBytes + (1 << 19), 2 * largeBytes].flatMap((size) => [size - 1, size, size + 1])
  test.each(around)('of %p bytes is copied to the last one, with its digest', (size) => {
    const source = writeLarge(`${root}/source`, size)
    expect(copyFile(source, identityAt(source), `${root}/copy`, options)).toMatchObject({ is: 'copied', sha256: sha256sum(source) })
    expect(isSame(source, `${root}/copy`)).toBe(true)
    const { mode, mtimeMs } = statSync(`${root}/copy`)
    expect([mode & 0o777, mtimeMs]).toEqual([0o440, statSync(source).mtimeMs])
  })

  test('that is another one by now has changed', () => {
    const source = writeLarge(`${root}/source`, largeBytes + 5)
    const before = identityAt(source)
    appendFileSync(source, 'x')
    expect(copyFile(source, before, `${root}/grown`, options)).toEqual({ is: 'changed' })
    truncateSync(source, largeBytes)
    expect(copyFile(source, before, `${root}/shrunk`, options)).toEqual({ is: 'changed' })
    writeLarge(source, largeBytes + 5, 9)
    expect(copyFile(source, before, `${root}/rewritten`, options)).toEqual({ is: 'changed' })
  })

  test('goes through the workers into an archive, and their threads end with them', async () => {
    const before = workers()
    const source = writeLarge(`${root}/in.txt`, 64 << 20)
    const pool = openWorkerPool({
      workers: 1, archives: [anArchiveAt(`${root}/archive`)], run: { ledgerId: 'test', name: 'test' }, timeoutMs: 10_000,
    })
    const archive = pool.destination('main')
    await archive.check(null)
    const { receipt, groups: [result] } = await archive.put([aGroup(source)], null)
    await archive.commit(receipt)
    expect(result).toMatchObject({ is: 'stored', members: [{ sha256: sha256sum(source), sizeBytes: 64 << 20 }] })
    expect(isSame(source, `${root}/archive/alpha/in.txt`)).toBe(true)
    await pool.close()
    for (let look = 0; workers() > before && look < 200; look += 1) await Bun.sleep(10)
    expect(workers()).toBe(before)
  })
})

describe('a large file that is copied block by block', () => {
  /** What a copy gives, whatever is done at its fifth block. */
  const copied = (source: string, expected: number, beside?: HashBeside) => {
    const [from, to] = [openToRead(source), openFile(`${root}/copy`, writeAndReadNew, 0o600)]
    try {
      return copyLarge(from, to, expected, beside)
    } finally {
      closeFile(from)
      closeFile(to)
      rmSync(`${root}/copy`)
    }
  }
  const atTheFifth = (event: () => void): HashBeside => (work) => {
    let blocks = 0
    return openHashBeside()((stream) => work({
      ...stream,
      block: () => {
        if ((blocks += 1) === 5) event()
        return stream.block()
      },
    }))
  }
  const deaf = openHashBeside(() => new Worker(URL.createObjectURL(new Blob(['self.onmessage = () => undefined']))))

  test('and grows meanwhile is read to a byte beyond, and no further', () => {
    const source = writeLarge(`${root}/source`, largeBytes)
    const { written } = copied(source, largeBytes, atTheFifth(() => appendFileSync(source, 'more')))
    expect(written).toBe(largeBytes + 1)
  })

  test('and shrinks meanwhile ends where it ends', () => {
    const source = writeLarge(`${root}/source`, largeBytes)
    const { written } = copied(source, largeBytes, atTheFifth(() => truncateSync(source, largeBytes / 2)))
    expect(written).toBe(largeBytes / 2)
  })

  test('has its digest also where no second thread comes up', () => {
    const source = writeLarge(`${root}/source`, largeBytes + 77)
    for (const _ of [1, 2, 3]) expect(copied(source, largeBytes + 77, deaf)).toEqual({ sha256: sha256sum(source), written: largeBytes + 77 })
  })

  test('and fails in the middle leaves nothing to the next one', () => {
    const source = writeLarge(`${root}/source`, largeBytes)
    const other = writeLarge(`${root}/other`, largeBytes + 3, 5)
    const [from, to] = [openToRead(source), openFile(source, constants.O_RDONLY)]
    expect(() => copyLarge(from, to, largeBytes)).toThrow('write: EBADF')
    closeFile(from)
    closeFile(to)
    expect(copied(other, largeBytes + 3)).toMatchObject({ sha256: sha256sum(other), written: largeBytes + 3 })
  })
})

/** How many threads of ours there are. */
const workers = (): number =>
  readdirSync('/proc/self/task').filter((thread) => {
    try {
      return readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim() === 'Worker'
    } catch {
      return false
    }
  }).length
