import { Fault } from '../domain/fault.ts'
import { joinPath, showPath, type Path } from '../domain/path.ts'
import { layoutOf } from '../edges/archive/layout.ts'
import type { Files } from '../world.ts'

type Looking = Pick<Files, 'list' | 'look' | 'inspect'>

/** The names in a directory that may go away meanwhile; throws a Fault where it can't be read. */
export const namesIn = async (directory: Path, files: Pick<Files, 'list' | 'look'>): Promise<readonly Path[]> => {
  const listing = await files.list(directory)
  if (!(listing instanceof Fault)) return listing.names
  const [sight] = await files.look([directory])
  if (sight === null) return []
  throw listing
}

/** A small file of carbonation's own; null where it went away meanwhile. Throws a Fault where it can't be read. */
export const readText = async (path: Path, files: Pick<Files, 'inspect'>) => {
  const [seen] = await files.inspect([{ path, read: 'text' }])
  if (seen?.is === 'fault') throw seen.fault
  if (seen?.is === 'unreadable') throw new Fault(seen.reason)
  return seen?.is === 'read' ? { text: seen.text ?? '', identity: seen.identity } : null
}

/** The directories of an archive that are file systems of their own, as the archive notes them. */
export const archiveParts = async (root: Path, files: Looking): Promise<readonly Path[]> => {
  const { parts } = layoutOf(root)
  const notes = await Promise.all((await namesIn(parts, files)).map((name) => readText(joinPath(parts, name), files)))
  return notes.flatMap((note) => {
    const relative = parsed(note?.text ?? '')
    return typeof relative === 'string' ? [joinPath(root, relative)] : []
  })
}

/** Those of them that are not mounted: what lies there is not missing, it is out of sight. */
export const awayParts = async (root: Path, files: Looking): Promise<readonly Path[]> => {
  const parts = await archiveParts(root, files)
  const sights = await files.look(parts.map((part) => layoutOf(part).own))
  return parts.filter((_, index) => sights[index] === null)
}

export const notMounted = (part: Path): Fault =>
  new Fault(`${showPath(part)} is not the file system that it was: not mounted?`, { remedy: 'mount it' })

/** Undefined for what is no JSON: it was cut off while it was written. */
export const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
