import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { localDirectory } from '../../../src/edges/archive/local-directory.ts'
import type { Config } from '../../../src/config/config.ts'
import { canMountCloning, cloningDisks, mountCloningDisk } from '../../binary/cloning-disk.ts'
import { unmount } from '../../binary/small-disk.ts'
import { aGroup, sha256sum, writeLarge } from '../a-large-file.ts'
import { anArchiveAt } from '../an-archive.ts'

setDefaultTimeout(60_000)

const mebibyte = 1 << 20

for (const type of cloningDisks) {
  describe.skipIf(!canMountCloning(type))(`a large file on ${type}`, () => {
    let folder = ''
    let disk = ''
    beforeEach(() => {
      folder = mkdtempSync(`${tmpdir()}/carbonation-clones-`)
      disk = `${folder}/disk`
      mountCloningDisk(type, disk, '400m')
    })
    afterEach(() => {
      unmount(disk)
      rmSync(folder, { recursive: true, force: true })
    })

    const archive = (durability: Config['service']['durability'], verify: 'none' | 'readback' = 'none') =>
      localDirectory({ ...anArchiveAt(`${disk}/archive`, { verify }), durability }, { ledgerId: 'test', name: 'test' })
    const put = async (sources: readonly string[], own = archive('full')) => {
      await own.check(null)
      const { receipt, groups } = await own.put(sources.map((source, n) => aGroup(source, `g${n}`)), null)
      await own.commit(receipt)
      await own.close()
      return groups
    }
    const isShared = (path: string): boolean => Bun.spawnSync(['filefrag', '-v', path]).stdout.toString().includes('shared')
    const freeBytes = (): number => {
      Bun.spawnSync(['sync', '-f', disk])
      const { bavail, bsize } = statfsSync(disk)
      return bavail * bsize
    }

    test.each(['none', 'readback'] as const)('takes no room in an archive there, verify = %p', async (verify) => {
      const source = writeLarge(`${disk}/in.txt`, 64 * mebibyte + 3)
      const before = freeBytes()
      const [result] = await put([source], archive('full', verify))
      const sha256 = sha256sum(source)
      expect(result).toMatchObject({ is: 'stored', members: [{ sha256, sizeBytes: 64 * mebibyte + 3 }] })
      expect(isShared(`${disk}/archive/alpha/in.txt`)).toBe(true)
      expect(before - freeBytes()).toBeLessThan(16 * mebibyte)
      expect(sha256sum(`${disk}/archive/alpha/in.txt`)).toBe(sha256)
    })

    test('is not changed in the archive by what is written to the delivery later', async () => {
      const source = writeLarge(`${disk}/in.txt`, 20 * mebibyte)
      const sha256 = sha256sum(source)
      await put([source])
      const fd = openSync(source, 'r+')
      writeSync(fd, 'written later', 5 * mebibyte)
      closeSync(fd)
      expect(sha256sum(source)).not.toBe(sha256)
      expect(sha256sum(`${disk}/archive/alpha/in.txt`)).toBe(sha256)
    })

    test('leaves the room to others of the same batch', async () => {
      const sources = ['a.txt', 'b.txt', 'c.txt'].map((name, n) => writeLarge(`${disk}/${name}`, 50 * mebibyte, n))
      writeLarge(`${disk}/filler`, freeBytes() - 80 * mebibyte)
      expect((await put(sources, archive('none'))).map((one) => one.is)).toEqual(['stored', 'stored', 'stored'])
    })

    test('is copied as ever where the delivery is on another file system', async () => {
      const source = writeLarge(`${folder}/in.txt`, 20 * mebibyte)
      const [result] = await put([source, writeLarge(`${folder}/more.txt`, 20 * mebibyte, 2)])
      expect(result).toMatchObject({ is: 'stored', members: [{ sha256: sha256sum(source) }] })
      expect(isShared(`${disk}/archive/alpha/in.txt`)).toBe(false)
      expect(sha256sum(`${disk}/archive/alpha/more.txt`)).toBe(sha256sum(`${folder}/more.txt`))
    })
  })
}
