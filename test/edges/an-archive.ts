import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import type { Archive } from '../../src/config/config.ts'
import type { OpenArchive } from '../../src/edges/archive/layout.ts'
import type { Path } from '../../src/domain/path.ts'

/** An archive that copies, in a directory that is there. */
export const anArchiveAt = (root: Path, more: Partial<Archive> = {}): OpenArchive => {
  mkdirSync(root, { recursive: true })
  const archive: Archive = {
    name: 'main', destination: '{category}', basePath: root, action: 'copy', createDirectories: true, fileMode: 0o640,
    dirMode: 0o750, verify: 'none', ...more,
  }
  return { archive, root, durability: 'none' }
}

/** Another disk is mounted there. */
export const exchangeDisk = (root: Path): void => {
  rmSync(root, { recursive: true })
  mkdirSync(`${root}/.carbonation`, { recursive: true })
  writeFileSync(`${root}/.carbonation/archive-id`, 'another\n')
}
