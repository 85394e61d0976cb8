import { Fault } from '../domain/fault.ts'
import { parentOf, type Path } from '../domain/path.ts'
import { sightOf } from '../domain/sight.ts'
import type { Files, Listing } from '../world.ts'

type Ask = (place: string, verb: string, parts: unknown[]) => Promise<unknown>

/** `Files` whose every question goes to one delivery directory, so that one which hangs holds up no other. */
export const byRoot = (roots: readonly Path[], ask: Ask): Files => {
  const places = new Set(roots)
  const placeOf = (path: Path): string => nearestIn(places, path) ?? ''

  const one = async <A>(verb: string, path: Path): Promise<A | Fault> =>
    (await orFault(ask(placeOf(path), verb, [path]))) as A | Fault

  /** One answer a thing, in order, from as many questions as there are places. */
  const each = async <T, A>(verb: string, things: readonly T[], { pathOf, lacking, more = [] }: How<T, A>): Promise<A[]> => {
    const answers: A[] = []
    const shares = Map.groupBy(things.keys(), (index) => placeOf(pathOf(things[index] as T)))
    await Promise.all([...shares].map(async ([place, indexes]) => {
      const own = shares.size === 1 ? things : indexes.map((index) => things[index])
      const share = await orFault(ask(place, verb, [own, ...more]))
      indexes.forEach((index, at) => {
        answers[index] = share instanceof Fault ? lacking(share) : (share as A[])[at] as A
      })
    }))
    return answers
  }

  const listSome: Files['listSome'] = async (directories) => {
    const place = placeOf(directories[0] ?? '')
    const others = directories.findIndex((one) => placeOf(one) !== place)
    const own = others < 0 ? directories : directories.slice(0, others)
    const answers = await orFault(ask(place, 'listSome', [own]))
    return answers instanceof Fault ? own.map(() => answers) : (answers as (Listing | Fault)[])
  }

  const glance: Files['glance'] = (paths, follow = false) =>
    each('glance', paths, { pathOf: (path) => path, lacking: (fault) => fault, more: [follow] })

  return {
    list: (directory) => one('list', directory),
    listSome,
    fileSystemOf: (directory) => one('fileSystemOf', directory),
    look: async (paths, follow) => (await glance(paths, follow)).map((one) => (typeof one === 'string' ? sightOf(one) : one)),
    glance,
    readable: (paths, follow = false) => each('readable', paths, { pathOf: (path) => path, lacking: () => null, more: [follow] }),
    inspect: (jobs) => each('inspect', jobs, { pathOf: (job) => job.path, lacking: (fault) => ({ is: 'fault', fault }) }),
    writers: (files) => each('writers', files, { pathOf: (file) => file.path, lacking: () => null }),
    remove: (jobs) => each('remove', jobs, { pathOf: (job) => job.path, lacking: (fault) => ({ is: 'fault', fault }) }),
  }
}

/** Up from the path itself, since a question names thousands of paths, and there may be hundreds of roots. */
const nearestIn = (places: ReadonlySet<Path>, path: Path): Path | null => {
  for (let at = path; ; at = parentOf(at)) {
    if (places.has(at)) return at
    if (at === '' || at === '/') return null
  }
}

/** `lacking`: the answer for each thing at a place that does not answer. */
type How<T, A> = { readonly pathOf: (one: T) => Path; readonly lacking: (fault: Fault) => A; readonly more?: readonly unknown[] }

const orFault = (answer: Promise<unknown>): Promise<unknown> =>
  answer.catch((error: unknown) => {
    if (error instanceof Fault) return error
    throw error
  })
