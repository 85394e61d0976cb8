import { Fault } from '../../domain/fault.ts'
import type { Identity } from '../../domain/identity.ts'
import type { Path } from '../../domain/path.ts'
import type { Files, Sight } from '../../world.ts'
import { readDigests, type ToRead } from '../read-digests.ts'
import type { Placed } from './placed.ts'
import type { Places } from './places.ts'

export type FilesParts = { readonly files: Files; readonly places: Places; readonly workers: number }

/** What stands where a file was archived. */
export type Copy = { readonly sha256: string | null; readonly identity: Identity | null; readonly state: 'found' | 'missing' | 'unreadable'; readonly trouble: string | null }

/** What stands in the archive, read in full. */
export const readCopies = async (placed: readonly Placed[], parts: FilesParts): Promise<readonly (Copy | null)[]> => {
  const follows = placed.map(({ archive }) => archive?.name != null && parts.places.archive(archive.name)?.archive.action === 'symlink')
  const read = await readSome(placed.map((one, index) => (one.archive === null || one.row.status !== 'archived'
    ? null : { path: one.archive.path, followSymlink: follows[index] === true })), parts)
  return placed.map((one, index) => {
    if (one.row.status !== 'archived') return null
    const found = read[index]
    if (one.archive === null) return { sha256: null, identity: null, state: 'missing', trouble: 'no path in the archive is recorded' }
    if (found instanceof Fault) return { sha256: null, identity: null, state: 'unreadable', trouble: found.sentence }
    if (found == null) return { sha256: null, identity: null, state: 'missing', trouble: 'it is not there any more' }
    return { ...found, state: 'found', trouble: null }
  })
}

/** What stands where it was delivered. */
export type Source = { readonly identity: Identity; readonly sha256: string | null }

/** What stands in the delivery: read where it was archived, else only looked at. */
export const lookAtSources = async (placed: readonly Placed[], parts: FilesParts): Promise<readonly (Source | null)[]> => {
  const follows = placed.map((one) => parts.places.watch(one.watchName)?.watch.followSymlinks === true)
  const archived = await readSome(placed.map((one, index) => (one.row.inDelivery && one.row.status === 'archived'
    ? { path: one.path, followSymlink: follows[index] === true } : null)), parts)
  const others = await parts.files.look(placed.map((one) => one.path))
  return placed.map((one, index) => {
    const read = archived[index]
    if (read != null && !(read instanceof Fault)) return read
    const sight = others[index] ?? null
    return !one.row.inDelivery || !isFile(sight) ? null : { identity: sight.identity, sha256: null }
  })
}

type Wanted = { readonly path: Path; readonly followSymlink: boolean } | null

const isFile = (sight: Sight | Fault | null): sight is Sight => sight !== null && !(sight instanceof Fault) && sight.kind === 'file'

/** Null where nothing stands, or nothing is wanted. */
const readSome = async (wanted: readonly Wanted[], { files, workers }: FilesParts): Promise<readonly ({ sha256: string; identity: Identity } | Fault | null)[]> => {
  const answers: ({ sha256: string; identity: Identity } | Fault | null)[] = wanted.map(() => null)
  const reading: { index: number; job: ToRead }[] = []
  for (const followSymlink of [false, true]) {
    const own = wanted.flatMap((one, index) => (one?.followSymlink === followSymlink ? [{ index, path: one.path }] : []))
    const sights = await files.look(own.map((one) => one.path), followSymlink)
    own.forEach(({ index, path }, at) => {
      const sight = sights[at] ?? null
      if (sight instanceof Fault) answers[index] = sight
      else if (isFile(sight)) reading.push({ index, job: { path, identity: sight.identity, followSymlink } })
    })
  }
  const digests = await readDigests(reading.map((one) => one.job), files, { workers })
  reading.forEach(({ index, job }, at) => {
    const digest = digests[at]
    answers[index] = typeof digest === 'string' ? { sha256: digest, identity: job.identity } : digest ?? null
  })
  return answers
}

