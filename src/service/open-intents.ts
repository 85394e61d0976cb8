import { joinPath, type Path } from '../domain/path.ts'
import { layoutOf } from '../edges/archive/layout.ts'
import type { Files } from '../world.ts'
import { archiveParts, namesIn, parsed, readText } from './archive-parts.ts'

/** Whether a file of an archive stands in an open intent: a run publishes it just now, or died over it, and the ledger
 *  will have it or it will go. */
export type IntentTest = (path: Path, ctimeNs: string) => boolean

type Looking = Pick<Files, 'list' | 'look' | 'inspect'>

/** Reads the open intents of an archive; throws a Fault where they can't be read. Asked between the listing of a
 *  directory and the question to the ledger, it misses none, since intents stand from before a file gets its name
 *  until after the ledger has it. */
export const openIntents = async (root: Path, files: Looking): Promise<IntentTest> => {
  const paths = new Set<Path>()
  let oldestNs: bigint | null = null
  for (const top of [root, ...(await archiveParts(root, files))]) {
    for (const file of await intentFiles(layoutOf(top).staging, files)) {
      const read = await readText(file, files)
      if (read === null) continue
      const keys = keysOf(parsed(read.text))
      for (const key of keys ?? []) for (const base of [root, top]) paths.add(joinPath(base, key))
      const writtenNs = BigInt(read.identity.mtimeNs)
      if (keys === null && (oldestNs === null || writtenNs < oldestNs)) oldestNs = writtenNs
    }
  }
  const since = oldestNs
  return (path, ctimeNs) => paths.has(path) || (since !== null && BigInt(ctimeNs) >= since)
}

/** `staging/<run>/<put>/intents…` */
const intentFiles = async (staging: Path, files: Looking): Promise<readonly Path[]> => {
  const inside = async (directory: Path) => (await namesIn(directory, files)).map((name) => joinPath(directory, name))
  const runs = (await inside(staging)).filter((path) => !path.endsWith('.lock'))
  const puts = (await Promise.all(runs.map(inside))).flat()
  const names = (await Promise.all(puts.map(inside))).flat()
  return names.filter((path) => /\/intents[^/]*$/.test(path))
}

/** Null where the list is longer than what was read of it, or half written: nothing that is older than that is of it. */
const keysOf = (intents: unknown): readonly Path[] | null => {
  if (!Array.isArray(intents)) return null
  return intents.flatMap((one: { key?: unknown }) => (typeof one.key === 'string' ? [one.key] : []))
}
