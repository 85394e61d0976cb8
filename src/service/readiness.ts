import type { Watch } from '../config/config.ts'
import type { RuleSet } from '../config/rules.ts'
import { Fault } from '../domain/fault.ts'
import { differenceOf, type Identity } from '../domain/identity.ts'
import { manifestExtension } from '../domain/manifest.ts'
import { isNotOlder, markerOf } from '../domain/marker.ts'
import { baseName, showPath, type Path } from '../domain/path.ts'
import { sidecarOf } from '../domain/group-key.ts'
import { sidecarName } from '../domain/sums.ts'
import type { Millis } from '../domain/time.ts'
import type { Sight } from '../world.ts'
import type { Parts } from './parts.ts'
import type { Quiet, Sighting } from './settling.ts'

/** A sighting; `closed`: its writer closed it, in the state that was seen. */
export type Seen = Sighting & { readonly closed: boolean }

/** It was closed when it was seen last, and is still as it was then. */
export const isClosed = (
  path: Path, identity: Identity, { ready, settleMs }: Watch, { settling }: Pick<Parts, 'settling'>,
): boolean => {
  const before = ready === 'close' ? settling.seen(path) : null
  return before !== null && before.settleMs < settleMs && differenceOf(before.identity, identity) === 'same'
}

/** Where there is evidence that a file is complete, this much quiet is enough. */
const shortQuietMs: Millis = 100

/** How long each file has to be quiet, by the evidence that its watch asks for: `settle_seconds` where there is none but
 *  quiet, a moment where it is there, and for ever where it has to come first. One answer a file, in order. */
export const quietTimes = async (
  watch: Watch, seen: readonly Seen[], rules: RuleSet, { files, clock }: Pick<Parts, 'files' | 'clock'>,
): Promise<readonly Quiet[]> => {
  const times = { now: clock.now(), monotonic: clock.monotonic(), settleMs: watch.settleMs }
  const short = { ...times, settleMs: Math.min(watch.settleMs, shortQuietMs) }
  if (watch.ready === 'settle') return seen.map(() => times)
  if (watch.ready === 'close') return seen.map((one) => (one.closed ? short : times))
  const evidence = seen.map((one) => evidenceFor(one.path, watch, rules))
  const paths = [...new Set(evidence.filter((path) => path !== null))]
  const sights = await files.look(paths, watch.followSymlinks)
  const byPath = new Map(paths.map((path, index) => [path, sights[index] ?? null]))
  return seen.map((one, index): Quiet => {
    const awaits = evidence[index] ?? null
    if (awaits === null) return short
    const standing = judge(byPath.get(awaits) ?? null, one)
    if (standing === 'there') return short
    if (standing === 'older' && watch.ready === 'checksum') return times
    const what = `${watch.ready === 'marker' ? 'marker' : 'checksum'} ${showPath(baseName(awaits))}`
    const lacks = standing === 'older' ? `its ${what} is older than the file` : `its ${what} is not there`
    return { ...times, settleMs: Infinity, awaits, lacks }
  })
}

/** The path whose being there is the evidence; null for a checksum itself. */
const evidenceFor = (path: Path, { ready, marker }: Watch, rules: RuleSet): Path | null => {
  if (ready === 'marker') return markerOf(marker ?? '', path, rules.completeness?.expectedExtensions ?? [])
  if (rules.integrity.some((one) => one.type === 'manifest')) {
    const expected = rules.completeness?.expectedExtensions ?? []
    return path.endsWith(manifestExtension) ? null : markerOf(`{stem}${manifestExtension}`, path, expected)
  }
  const check = rules.integrity.find((one) => one.type === 'checksum')
  if (check === undefined || sidecarOf(path, check.algorithm) !== null) return null
  return sidecarName(path, check.algorithm)
}

/** What cannot be looked at, and a link that is not followed, is not there. */
const judge = (sight: Sight | Fault | null, file: Seen): 'there' | 'older' | 'absent' => {
  if (sight === null || sight instanceof Fault || sight.kind === 'symlink' || sight.kind === 'directory') return 'absent'
  return isNotOlder(sight.identity, file.identity) ? 'there' : 'older'
}
