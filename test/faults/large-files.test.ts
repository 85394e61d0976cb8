import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { canMountCloning, mountCloningDisk } from '../binary/cloning-disk.ts'
import { unmount } from '../binary/small-disk.ts'
import { writeLarge } from '../edges/a-large-file.ts'
import { withLargeFile } from './corpus.ts'
import { failAt, killAt, newTally, report, type Choose } from './matrix.ts'
import { binary, openProject, writeProject } from './project.ts'
import { canTrace, trace } from './strace.ts'
import { componentsIn } from './verdict.ts'

/** Faults on the two ways that a large file takes: its blocks are shared, or copied while another thread hashes them. */
setDefaultTimeout(120_000)

const isAble = existsSync(binary) && canTrace()

const places = [
  { name: 'copied', isCloned: false, canBe: () => true },
  { name: 'cloned on btrfs', isCloned: true, canBe: () => canMountCloning('btrfs') },
] as const

for (const { name, isCloned, canBe } of places) {
  describe.skipIf(!isAble || !canBe())(`a large file that is ${name}`, () => {
    let folder = ''
    let place = ''
    beforeEach(() => {
      folder = mkdtempSync(`${tmpdir()}/carbonation-large-`)
      place = isCloned ? `${folder}/disk` : folder
      if (isCloned) mountCloningDisk('btrfs', place, '400m')
    })
    afterEach(() => {
      if (isCloned) unmount(place)
      rmSync(folder, { recursive: true, force: true })
    })

    /** The clone, a few of the blocks, and what makes them durable. */
    const few: Choose = (all) => [
      ...all.filter((one) => one.name === 'ioctl'), ...all.filter((one) => one.name === 'fsync').slice(0, 2),
      ...all.filter((one) => one.name === 'pwrite64').filter((_, index) => index % 13 === 9),
    ]

    test('comes through each error', () => {
      const tally = newTally()
      failAt(`${place}/p`, withLargeFile, few, tally)
      expect(report(tally)).toEndWith(' struck, 0 left something wrong: 0 lost, 0 doubled, 0 partial')
      expect(tally.struck).toBeGreaterThan(5)
    })

    test('comes through a kill', () => {
      const tally = newTally()
      killAt(`${place}/p`, withLargeFile, few, tally)
      expect(report(tally)).toEndWith(' struck, 0 left something wrong: 0 lost, 0 doubled, 0 partial')
      expect(tally.struck).toBeGreaterThan(2)
    })

    test('is archived in the same pass, whatever the clone is answered with', () => {
      for (const error of ['EOPNOTSUPP', 'EXDEV', 'EINVAL', 'EPERM', 'ETXTBSY', 'ENOTTY', 'EIO', 'ENOSPC', 'EDQUOT']) {
        openProject(`${place}/p`, withLargeFile)
        const { calls, exitCode } = trace(`${place}/p`, `ioctl:error=${error}`)
        expect([error, exitCode, calls.some(isClone)]).toEqual([error, 0, true])
        expect(componentsIn(`${place}/p`).map((row) => row.status)).toEqual(['archived', 'archived'])
      }
    })

    test('costs one call, and none where a file system said that it cannot', () => {
      const root = `${place}/p`
      writeProject(root, { ...withLargeFile, action: 'copy' })
      for (const stem of ['a', 'b', 'c']) {
        writeLarge(`${root}/delivery/${stem}.txt`, 17 << 20)
        Bun.spawnSync(['sh', '-c', `echo '{"category":"alpha"}' > ${root}/delivery/${stem}.json`])
      }
      const { calls, exitCode } = trace(root)
      expect([exitCode, calls.filter(isClone).length]).toEqual([0, isCloned ? 3 : 1])
      expect(componentsIn(root).map((row) => row.status)).toEqual(Array(6).fill('archived'))
    })
  })
}

const isClone = ({ text }: { readonly text: string }): boolean => /^ioctl\(.*(FICLONE|BTRFS_IOC_CLONE)/.test(text)
