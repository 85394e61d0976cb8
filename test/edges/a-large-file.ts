import { closeSync, openSync, writeSync } from 'node:fs'
import { lookAt } from '../../src/edges/look-at.ts'
import type { PutGroup } from '../../src/world.ts'

/** Writes a file in which no two mebibytes are alike. Another seed gives other bytes. */
export const writeLarge = (path: string, size: number, seed = 1): string => {
  const piece = Buffer.alloc(1 << 20, 'large files ')
  const fd = openSync(path, 'w')
  for (let at = 0; at < size; at += piece.length) {
    piece.writeDoubleLE(at * 1000 + seed, 8)
    writeSync(fd, piece, 0, Math.min(piece.length, size - at), at)
  }
  closeSync(fd)
  return path
}

export const sha256sum = (path: string): string => Bun.spawnSync(['sha256sum', path]).stdout.toString().slice(0, 64)

export const isSame = (a: string, b: string): boolean => Bun.spawnSync(['cmp', a, b]).exitCode === 0

/** A group of this one file, for the directory `alpha` of an archive. */
export const aGroup = (source: string, groupKey = 'a'): PutGroup => {
  const sight = lookAt(source, false)
  const [, stem = '', extension = ''] = /([^/]*)(\.[^./]*)$/.exec(source) ?? []
  if (sight === null) throw new Error(`nothing stands at ${source}`)
  return {
    directory: 'alpha', number: 1, replaces: [], watchName: 'w', groupKey, generation: 1,
    members: [{ source, identity: sight.identity, stem, extension, primary: false, fromArchive: false }],
  }
}
