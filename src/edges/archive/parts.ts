import { fsyncSync, lstatSync, mkdirSync, openSync, readFileSync, readdirSync, realpathSync, writeSync } from 'node:fs'
import { Fault } from '../../domain/fault.ts'
import {
  fsPath, isWithin, joinPath, parentOf, pathBytes, pathFromBytes, relativeTo, showPath, type Path,
} from '../../domain/path.ts'
import { codeOf } from '../disk-errors.ts'
import { withFile } from '../with-file.ts'
import { syncDirectory } from './directories.ts'
import { layoutOf, ownDirectory, type Layout, type OpenArchive } from './layout.ts'

/** Says on which part of an archive a directory lies: the root, or a directory below it where another file system
 *  begins. No rename leads from one to the other. A Fault where a part that was used before is not mounted. */
export type PartOf = (directory: Path) => Path | Fault

export const partFinder = ({ archive, root }: OpenArchive, layout: Layout): PartOf => {
  const mounts = mountsBelow(root)
  const known = knownParts(layout)
  const found = new Map<Path, Path | Fault>()
  const find = (directory: Path): Path | Fault => {
    const part = partAbove(directory, root, mounts)
    const missing = known.find((one) => isWithin(one, directory) && !isWithin(one, part))
    if (missing === undefined) return part
    const what = `${showPath(missing)} of the archive ${archive.name}`
    return new Fault(`${what} is not the file system that it was: not mounted?`, {
      remedy: `mount it, or remove its file below ${showPath(layout.parts)} to go on without`, archive: archive.name,
    })
  }
  return (directory) => {
    const part = found.get(directory) ?? find(directory)
    found.set(directory, part)
    return part
  }
}

/** The nearest directory, at or above, where another file system begins; a bind mount counts as one. */
const partAbove = (directory: Path, root: Path, mounts: ReadonlySet<Path>): Path => {
  const device = deviceOf(root)
  let at = directory
  while (at !== root && deviceOf(at) === null) at = parentOf(at)
  if (mounts.size === 0 && deviceOf(at) === device) return root
  for (; at !== root; at = parentOf(at)) if (mounts.has(at) || deviceOf(at) !== deviceOf(parentOf(at))) return at
  return root
}

/** Null where there is no directory (yet). */
const deviceOf = (directory: Path): bigint | null => {
  try {
    const found = lstatSync(fsPath(directory), { bigint: true, throwIfNoEntry: false })
    return found?.isDirectory() || found?.isSymbolicLink() ? found.dev : null
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR' || codeOf(error) === 'ENAMETOOLONG') return null
    throw error
  }
}

/** Mount points strictly below a directory: the fifth field of each line of mountinfo, with blanks as `\040`. */
const mountsBelow = (root: Path): ReadonlySet<Path> => {
  const real = pathFromBytes(realpathSync(fsPath(root), { encoding: 'buffer' }) as unknown as Buffer)
  const lines = pathFromBytes(readFileSync('/proc/self/mountinfo')).split('\n')
  const points = lines.flatMap((line) => line.split(' ')[4] ?? []).map(unescapeOctal)
  const below = points.filter((one) => one !== real && isWithin(real, one))
  return new Set(below.map((one) => joinPath(root, relativeTo(real, one))))
}

const unescapeOctal = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))

/** The parts that this archive ever staged on: there a run that died may have left something. */
export const knownParts = (layout: Layout): readonly Path[] => {
  try {
    return readdirSync(fsPath(layout.parts)).flatMap((name) => readPart(layout, name))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}

/** A note that is cut off was never durable, so nothing was staged there. */
const readPart = (layout: Layout, name: string): readonly Path[] => {
  try {
    const relative: unknown = JSON.parse(readFileSync(fsPath(joinPath(layout.parts, name)), 'utf8'))
    return typeof relative === 'string' ? [joinPath(layout.root, relative)] : []
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}

/** Notes a part before anything is staged on it. */
export const rememberPart = (layout: Layout, part: Path): void => {
  if (knownParts(layout).includes(part)) return
  const relative = relativeTo(layout.root, part)
  const name = new Bun.CryptoHasher('sha256').update(pathBytes(relative)).digest('hex').slice(0, 32)
  makeOwn(layout.parts)
  withFile(openSync(fsPath(joinPath(layout.parts, name)), 'w', 0o640), (fd) => {
    writeSync(fd, JSON.stringify(relative))
    fsyncSync(fd)
  })
  syncDirectory(layout.parts)
  makeOwn(joinPath(part, ownDirectory))
}

/** A directory of carbonation's own; the one above it is there. */
const makeOwn = (directory: Path): void => {
  try {
    mkdirSync(fsPath(directory), { mode: 0o750 })
    syncDirectory(parentOf(directory))
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

/** Where dead runs may have left something: the root and every part that is there. */
export const layoutsOf = (layout: Layout): readonly Layout[] => [layout, ...knownParts(layout).map(layoutOf)]
