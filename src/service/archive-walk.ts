import { Fault } from '../domain/fault.ts'
import { joinPath, type Path } from '../domain/path.ts'
import type { Files, Sight } from '../world.ts'

/** What stands at one path of an archive; a directory never. */
export type Standing = { readonly path: Path; readonly sight: Sight }

/** A part of one directory; `isLast`: its last part. What could not be looked at is a Fault. */
export type WalkPart = {
  readonly directory: Path
  readonly standing: readonly Standing[]
  readonly faults: readonly Fault[]
  readonly isLast: boolean
}

/** Names looked at in one question. */
const lookAtOnce = 1000

/** What carbonation keeps for itself in an archive. */
const ownName = /^\.carbonation(-try-.*)?$/

/** Goes through the trees below `from`, one directory after the other, depth first. Only `from` itself is reached through
 *  links. Roots of other archives inside are left out. */
export async function* walkArchive(
  from: readonly Path[], otherRoots: ReadonlySet<Path>, files: Pick<Files, 'list' | 'look'>,
): AsyncGenerator<WalkPart> {
  const first = await part('', from, files, true)
  yield { ...first.part, isLast: true }
  const pending = [...first.directories].reverse()
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    const listing = await files.list(directory)
    if (listing instanceof Fault) {
      yield { directory, standing: [], faults: [listing], isLast: true }
      continue
    }
    const paths = listing.names.filter((name) => !ownName.test(name)).map((name) => joinPath(directory, name))
      .filter((path) => !otherRoots.has(path))
    const below: Path[] = []
    for (let at = 0; at < paths.length || at === 0; at += lookAtOnce) {
      const found = await part(directory, paths.slice(at, at + lookAtOnce), files)
      below.push(...found.directories)
      yield { ...found.part, isLast: at + lookAtOnce >= paths.length }
    }
    pending.push(...below.reverse())
  }
}

const part = async (directory: Path, paths: readonly Path[], files: Pick<Files, 'look'>, followSymlinks = false) => {
  const sights = paths.length === 0 ? [] : await files.look(paths, followSymlinks)
  const standing: Standing[] = []
  const directories: Path[] = []
  const faults: Fault[] = []
  paths.forEach((path, index) => {
    const sight = sights[index] ?? null
    if (sight === null) return
    if (sight instanceof Fault) faults.push(sight)
    else if (sight.kind === 'directory') directories.push(path)
    else standing.push({ path, sight })
  })
  return { directories, part: { directory, standing, faults } }
}
