import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
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

const intentsName = 'intents'

export const writeIntents = (directory: Path, intents: readonly Intent[]): void => {
  const fd = openSync(fsPath(joinPath(directory, intentsName)), 'w', 0o600)
  try {
    const bytes = Buffer.from(`${JSON.stringify(intents)}\n`)
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done)
  } finally {
    closeSync(fd)
  }
}

/** None where the run died before it meant to publish: then nothing of it is final. */
export const readIntents = (directory: Path): readonly Intent[] => {
  try {
    const parsed: unknown = JSON.parse(readFileSync(fsPath(joinPath(directory, intentsName)), 'utf8'))
    return Array.isArray(parsed) ? (parsed as Intent[]) : []
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || error instanceof SyntaxError) return []
    throw error
  }
}
