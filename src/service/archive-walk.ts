import { Fault } from '../domain/fault.ts'
import { joinPath, type Path } from '../domain/path.ts'
import { kindOf, sightOf, type SightText } from '../domain/sight.ts'
import type { Files, Listing, Sight } from '../world.ts'
import { begun } from './begun.ts'
import { inAdvance } from './in-advance.ts'

/** What stands at one path of an archive; a directory never. */
export type Standing = { readonly path: Path; readonly sight: Sight }

/** A part of one or several directories; `isLast`: the last part of all that are in hand. What could not be looked at is
 *  a Fault. */
export type WalkPart = { readonly standing: readonly Standing[]; readonly faults: readonly Fault[]; readonly isLast: boolean }

/** Names looked at in one question. */
const lookAtOnce = 1000

/** Directories listed in one question. */
const listAtOnce = 100

/** What carbonation keeps for itself in an archive. */
const ownName = /^\.carbonation(-try-.*)?$/

type Looking = Pick<Files, 'listSome' | 'glance'>

/** Goes through the trees below `from`, small directories together, depth first. Only `from` itself is reached through
 *  links. Roots of other archives inside are left out. All of a directory comes before the next part that is a last one. */
export async function* walkArchive(
  from: readonly Path[], otherRoots: ReadonlySet<Path>, files: Looking,
): AsyncGenerator<WalkPart> {
  const first = partOf(from, await files.glance(from, true))
  yield { ...first, isLast: true }
  const pending = [...first.directories].reverse()
  for await (const answers of listings(pending, files)) {
    const below: Path[] = []
    const faults = answers.flatMap(([, answer]) => (answer instanceof Fault ? [answer] : []))
    const parts = inAdvance(pathsIn(answers, otherRoots), async (paths) => partOf(paths, await files.glance(paths)))
    for await (const part of parts) {
      for (const path of part.directories) below.push(path)
      yield { ...part, isLast: false }
    }
    for (const path of below.reverse()) pending.push(path)
    yield { standing: [], faults, isLast: true }
  }
}

type Answer = readonly [Path, Listing | Fault]

/** What is in these directories, the last of them first; more may be added meanwhile. While some are in hand the next
 *  ones are listed. */
async function* listings(pending: Path[], files: Pick<Files, 'listSome'>): AsyncGenerator<readonly Answer[]> {
  const ask = () => {
    const asked = pending.splice(-listAtOnce).reverse()
    return asked.length === 0 ? null : begun(files.listSome(asked).then((answers) => ({ asked, answers })))
  }
  let next = ask()
  while (next !== null) {
    const { asked, answers } = await next
    for (const directory of asked.slice(answers.length).reverse()) pending.push(directory)
    next = ask()
    yield asked.flatMap((directory, index) => {
      const answer = answers[index]
      return answer === undefined ? [] : [[directory, answer] as const]
    })
    next ??= ask()
  }
}

/** As many paths at a time as are looked at in one question, since a directory may hold a million names. */
function* pathsIn(answers: readonly Answer[], otherRoots: ReadonlySet<Path>): Generator<readonly Path[]> {
  let some: Path[] = []
  for (const [directory, answer] of answers) {
    for (const name of answer instanceof Fault ? [] : answer.names) {
      const path = joinPath(directory, name)
      if (ownName.test(name) || otherRoots.has(path) || some.push(path) < lookAtOnce) continue
      yield some
      some = []
    }
  }
  if (some.length > 0) yield some
}

const partOf = (paths: readonly Path[], sights: readonly (SightText | Fault | null)[]) => {
  const standing: Standing[] = []
  const directories: Path[] = []
  const faults: Fault[] = []
  paths.forEach((path, index) => {
    const sight = sights[index] ?? null
    if (sight === null) return
    if (sight instanceof Fault) faults.push(sight)
    else if (kindOf(sight) === 'directory') directories.push(path)
    else standing.push({ path, sight: sightOf(sight) })
  })
  return { standing, directories, faults }
}
