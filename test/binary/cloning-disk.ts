import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { mount, unmount } from './small-disk.ts'

/** File systems whose files can share blocks. */
export const cloningDisks = ['btrfs', 'xfs'] as const
export type CloningDisk = (typeof cloningDisks)[number]

/** A disk of so many bytes (`400m`) in a file `PLACE.image`, mounted at a place that is made. XFS wants 300 MiB at least. */
export const mountCloningDisk = (type: CloningDisk, place: string, size: string): void => {
  mkdirSync(place)
  const made = [['truncate', '-s', size, `${place}.image`], [`mkfs.${type}`, '-q', `${place}.image`]].every(isDone)
  if (!made || !mount('-o', 'loop', `${place}.image`, place)) throw new Error(`no ${type} at ${place}`)
}

/** Only root may, where the kernel knows it and its mkfs is installed. Says why not. */
export const canMountCloning = (type: CloningDisk): boolean => {
  const folder = mkdtempSync(`${tmpdir()}/carbonation-mount-`)
  try {
    mountCloningDisk(type, `${folder}/disk`, '300m')
    unmount(`${folder}/disk`)
    return true
  } catch (error) {
    console.log(`${type} cannot be tried here: ${String(error)}`)
    return false
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const isDone = (command: readonly string[]): boolean => {
  try {
    return Bun.spawnSync([...command]).exitCode === 0
  } catch {
    return false
  }
}
