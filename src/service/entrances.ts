import type { Watch } from '../config/config.ts'
import { kindOf, sightOf, type SightText } from '../domain/sight.ts'
import type { Path } from '../domain/path.ts'
import type { Files } from '../world.ts'

/** A directory that a look met. */
export type MetDirectory = { readonly path: Path; readonly sight: SightText }

/** Which directories a look enters: all of them, but by a symbolic link none that it entered or is about to enter. Else two
 *  links that lead upwards would make a tree without an end. */
export type Entrances = (met: readonly MetDirectory[]) => Promise<readonly Path[]>

/** `from`: where the look begins. */
export const openEntrances = async (
  { followSymlinks }: Pick<Watch, 'followSymlinks'>, from: readonly Path[], files: Pick<Files, 'glance'>,
): Promise<Entrances> => {
  if (!followSymlinks) return async (met) => met.map((one) => one.path)
  const beginnings = await files.glance(from, true)
  const entered = new Set(beginnings.flatMap((sight) => (typeof sight === 'string' ? [directoryId(sight)] : [])))
  return async (met) => {
    if (met.length === 0) return []
    const own = await files.glance(met.map((one) => one.path), false)
    return met.flatMap(({ path, sight }, index) => {
      const [id, itself] = [directoryId(sight), own[index]]
      if (typeof itself === 'string' && kindOf(itself) === 'symlink' && entered.has(id)) return []
      entered.add(id)
      return [path]
    })
  }
}

const directoryId = (sight: SightText): string => {
  const { device, inode } = sightOf(sight).identity
  return `${device}:${inode}`
}
