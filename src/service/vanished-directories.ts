import type { Watch } from '../config/config.ts'
import { Fault } from '../domain/fault.ts'
import { isWithin, parentOf, type Path } from '../domain/path.ts'
import { pathDigest } from '../store/digest.ts'
import { directoryDigests, sampleOfDirectories } from '../store/directories-in-delivery.ts'
import { knownInDirectory, type Known } from '../store/known-in-directory.ts'
import type { Sight } from '../world.ts'
import type { Parts } from './parts.ts'
import type { ScanEnd } from './scan.ts'

/** Files of a watch that are gone with their directory: the ledger has them in directories that a scan did not come by.
 *  One directory after the other. */
export async function* vanishedDirectories(
  watch: Watch, { directories, unreadable }: Pick<ScanEnd, 'directories' | 'unreadable'>,
  { files, sql }: Pick<Parts, 'files' | 'sql'>, from: readonly Path[] = [watch.path],
): AsyncGenerator<readonly Known[]> {
  const listed = new Set([...directories].map(pathDigest))
  const isUnknown = (path: Path) => unreadable.some((one) => isWithin(one, path))
  for (let last = ''; ; ) {
    const digests = await directoryDigests(sql, watch.name, last)
    const samples = await sampleOfDirectories(sql, digests.filter((one) => !listed.has(one)), watch.name)
    const missed = samples.map(parentOf).filter((path) => from.some((one) => isWithin(one, path)) && !isUnknown(path))
    const sights = missed.length === 0 ? [] : await files.look(missed, watch.followSymlinks)
    for (const [index, directory] of missed.entries()) {
      const sight = sights[index] ?? null
      if (sight instanceof Fault) continue
      yield await goneFrom(directory, sight, watch, { files, sql })
    }
    const next = digests.at(-1)
    if (next === undefined) return
    last = next
  }
}

/** Everything, where the directory is gone. One that is there was not entered, by the config: what it holds is still
 *  delivered. */
const goneFrom = async (
  directory: Path, sight: Sight | null, watch: Watch, { files, sql }: Pick<Parts, 'files' | 'sql'>,
): Promise<readonly Known[]> => {
  const rows = (await knownInDirectory(sql, directory)).filter((one) => one.watchName === watch.name)
  if (sight?.kind !== 'directory') return rows
  const sights = await files.look(rows.map((one) => one.path), watch.followSymlinks)
  return rows.filter((_, index) => sights[index] === null)
}
