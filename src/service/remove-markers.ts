import type { Watch } from '../config/config.ts'
import { Fault } from '../domain/fault.ts'
import { isMarker, markerOf } from '../domain/marker.ts'
import { isWithin, joinPath, parentOf, type Path } from '../domain/path.ts'
import type { RemoveJob } from '../world.ts'
import type { Parts } from './parts.ts'

type Needed = Pick<Parts, 'config' | 'files' | 'rules'>
type Marker = RemoveJob & { readonly source: Path; readonly watch: MarkingWatch }
type MarkingWatch = Watch & { readonly marker: string }

/** The markers that stand beside sources before these are removed. One that is written anew after this moment speaks of
 *  another file, and stays. */
export const markersBeside = async (sources: readonly Path[], parts: Needed): Promise<readonly Marker[]> => {
  const watches = parts.config.watches.filter(hasMarker)
  const markers = sources.flatMap((source) => {
    const watch = watches.find((one) => isWithin(one.path, source))
    return watch === undefined ? [] : [{ source, watch, path: nameFor(source, watch, parts) }]
  })
  if (markers.length === 0) return []
  const sights = await parts.files.look(markers.map((one) => one.path))
  return markers.flatMap((one, index) => {
    const sight = sights[index] ?? null
    return sight === null || sight instanceof Fault || sight.kind !== 'file' ? [] : [{ ...one, identity: sight.identity }]
  })
}

const hasMarker = (watch: Watch): watch is MarkingWatch => watch.marker !== null

const nameFor = (path: Path, { marker, rules }: MarkingWatch, parts: Needed): Path =>
  markerOf(marker, path, parts.rules()[rules]?.completeness?.expectedExtensions ?? [])

/** Removes the markers of sources that are gone, except those that stand for a file that is still there. One that cannot
 *  be removed stays: without its file it says nothing. */
export const removeMarkers = async (markers: readonly Marker[], gone: ReadonlySet<Path>, parts: Needed): Promise<void> => {
  const left = [...new Map(markers.filter((one) => gone.has(one.source)).map((one) => [one.path, one])).values()]
  if (left.length === 0) return
  const needed = await neededStill(left.filter((one) => one.watch.marker.includes('{stem}')), parts)
  await parts.files.remove(left.flatMap(({ path, identity }) => (needed.has(path) ? [] : [{ path, identity }])))
}

/** Files that share their stem may share their marker. */
const neededStill = async (shared: readonly Marker[], parts: Needed): Promise<ReadonlySet<Path>> => {
  const needed = new Set<Path>()
  for (const [directory, own] of Map.groupBy(shared, (one) => parentOf(one.path))) {
    const listing = await parts.files.list(directory)
    const names = listing instanceof Fault ? [] : listing.names
    if (listing instanceof Fault) for (const { path } of own) needed.add(path)
    for (const watch of new Set(own.map((one) => one.watch))) {
      for (const name of names) if (!isMarker(watch.marker, name)) needed.add(nameFor(joinPath(directory, name), watch, parts))
    }
  }
  return needed
}
