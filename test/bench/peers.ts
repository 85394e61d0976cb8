import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { filesBelow } from './project.ts'
import type { Contender } from './race.ts'
import type { PlaceName } from './workshop.ts'

type Peer = { readonly name: string; readonly tool: string; readonly script: string; readonly onDiskOnly?: boolean }

/** `$1` is copied to `$2`. */
const copiers: readonly Peer[] = [
  { name: 'cp -r', tool: 'cp', script: 'exec cp -r "$1" "$2"' },
  { name: 'cp -r, then sync -f', tool: 'sync', script: 'cp -r "$1" "$2" && sync -f "$2"', onDiskOnly: true },
  {
    name: 'cp -r, then sha256sum', tool: 'sha256sum',
    script: 'cp -r "$1" "$2" && find "$2" -type f -exec sha256sum {} + > /dev/null',
  },
  { name: 'rsync -a', tool: 'rsync', script: 'exec rsync -a "$1/" "$2"' },
]

type Copying = { readonly from: string; readonly folder: string; readonly files: number; readonly place: PlaceName }

/** The tools that copy a tree, those that are installed; and the names of those that are not. */
export const copyPeers = ({ from, folder, files, place }: Copying): { peers: Contender[]; missing: string[] } => {
  const to = join(folder, 'copy')
  const fit = copiers.filter(({ onDiskOnly }) => !onDiskOnly || place === 'disk')
  return {
    missing: fit.filter(({ tool }) => Bun.which(tool) === null).map(({ tool }) => tool),
    peers: fit.filter(({ tool }) => Bun.which(tool) !== null).map(({ name, script }) => ({
      name,
      order: { command: ['sh', '-c', script, 'sh', from, to], cwd: folder },
      before: () => settleDisk(place),
      after: () => {
        const found = filesBelow(to)
        rmSync(to, { recursive: true })
        if (found !== files) throw new Error(`${found} files were copied, not ${files}`)
      },
    })),
  }
}

/** Every name below a directory with its size, time and inode. */
export const findPeer = (directory: string, folder: string): Contender => ({
  name: 'find -printf',
  order: { command: ['find', directory, '-type', 'f', '-printf', '%p %s %T@ %C@ %i\\n'], cwd: folder },
})

/** What one contender left to be written must not be paid for by the next. */
export const settleDisk = (place: PlaceName): void => {
  if (place === 'disk') Bun.spawnSync(['sync'])
}
