import { mkdirSync, mkdtempSync, rmdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'

export const mount = (...args: readonly string[]): boolean => Bun.spawnSync(['mount', ...args]).exitCode === 0

/** Only root may mount, and not in every container. */
export const canMount = (): boolean => {
  const place = mkdtempSync(`${tmpdir()}/carbonation-mount-`)
  const isMounted = process.getuid?.() === 0 && mount('-t', 'tmpfs', 'tmpfs', place)
  if (isMounted) Bun.spawnSync(['umount', place])
  rmdirSync(place)
  return isMounted
}

/** A disk of so many bytes (`8m`) of its own, at a place that is made. */
export const mountSmallDisk = (place: string, size: string): void => {
  mkdirSync(place)
  if (!mount('-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', place)) throw new Error(`nothing can be mounted at ${place}`)
}

export const unmount = (place: string): void => void Bun.spawnSync(['umount', '-l', place])

/** Takes what room is left, up to `bytes`, with line ends: what is left of a page belongs to the file it stands in. */
export const fillWith = (file: string, bytes: number): void => {
  for (let size = bytes; size >= 1; size = Math.floor(size / 2)) {
    try {
      writeFileSync(file, '\n'.repeat(size), { flag: 'a' })
    } catch {}
  }
}
