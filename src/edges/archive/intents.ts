import { closeSync, fsyncSync, openSync, readFileSync, readdirSync, writeSync } from 'node:fs'
import type { Identity } from '../../domain/identity.ts'
import { fsPath, joinPath, type Path } from '../../domain/path.ts'
import { codeOf } from '../disk-errors.ts'

/** What a run is about to publish, written and durable before the first rename. Enough to finish it or to take it
 *  back, whatever rules, clock or plugins say by then. */
export type Intent = {
  readonly watchName: string
  readonly groupKey: Path
  readonly generation: number
  readonly source: Path
  readonly identity: Identity
  readonly sha256: string
  readonly key: Path
  /** The staged file's name in the put's directory, and its inode: a rename keeps it. */
  readonly staged: Path
  readonly inode: string
  /** The target holds an earlier generation, exchanged with the staged file. */
  readonly replaces: boolean
}

const prefix = 'intents-'

/** One file a round: what was written is never changed. */
export const writeIntents = (directory: Path, round: number, intents: readonly Intent[], sync: boolean): void => {
  const fd = openSync(fsPath(joinPath(directory, prefix + round)), 'wx', 0o600)
  try {
    const bytes = Buffer.from(`${JSON.stringify(intents)}\n`)
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done)
    if (sync) fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Those of all rounds, the newest for each source. None where the run died before it meant to publish: then nothing
 *  of it is final. */
export const readIntents = (directory: Path): readonly Intent[] => {
  const newest = new Map<string, Intent>()
  for (let round = 1; round <= countRounds(directory); round += 1) {
    for (const one of readRound(joinPath(directory, prefix + round))) {
      newest.set(JSON.stringify([one.watchName, one.groupKey, one.generation, one.source]), one)
    }
  }
  return [...newest.values()]
}

const countRounds = (directory: Path): number => {
  try {
    return readdirSync(fsPath(directory)).filter((name) => name.startsWith(prefix)).length
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return 0
    throw error
  }
}

/** A file that is cut off was never durable, so nothing in it was published. */
const readRound = (file: Path): readonly Intent[] => {
  try {
    const parsed: unknown = JSON.parse(readFileSync(fsPath(file), 'utf8'))
    return Array.isArray(parsed) ? (parsed as Intent[]) : []
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || error instanceof SyntaxError) return []
    throw error
  }
}
