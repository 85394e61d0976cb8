import { Fault } from '../domain/fault.ts'
import { joinPath, type Path } from '../domain/path.ts'
import { layoutOf } from '../edges/archive/layout.ts'
import type { Files } from '../world.ts'

/** Whether a file of an archive stands in an open intent: a run publishes it just now, or died over it, and the ledger
 *  will have it or it will go. */
export type IntentTest = (path: Path, ctimeNs: string) => boolean

type Looking = Pick<Files, 'list' | 'look' | 'inspect'>

/** Reads the open intents of an archive; throws a Fault where they can't be read. Asked between the listing of a directory and the question to the ledger, it
 *  misses none, since intents stand from before a file gets its name until after the ledger has it. */
export const openIntents = async (root: Path, files: Looking): Promise<IntentTest> => {
  const paths = new Set<Path>()
  let oldestNs: bigint | null = null
  for (const file of await intentFiles(layoutOf(root).staging, files)) {
    const [seen] = await files.inspect([{ path: file, read: 'text' }])
    if (seen?.is === 'fault') throw seen.fault
    if (seen?.is === 'unreadable') throw new Fault(seen.reason)
    if (seen?.is !== 'read') continue
    const keys = keysOf(seen.text ?? '')
    if (keys !== null) for (const key of keys) paths.add(joinPath(root, key))
    else {
      const writtenNs = BigInt(seen.identity.mtimeNs)
      if (oldestNs === null || writtenNs < oldestNs) oldestNs = writtenNs
    }
  }
  const since = oldestNs
  return (path, ctimeNs) => paths.has(path) || (since !== null && BigInt(ctimeNs) >= since)
}

/** `staging/<run>/<put>/intents` */
const intentFiles = async (staging: Path, files: Looking): Promise<readonly Path[]> => {
  const inside = async (directory: Path): Promise<readonly Path[]> => {
    const listing = await files.list(directory)
    if (!(listing instanceof Fault)) return listing.names.map((name) => joinPath(directory, name))
    const [sight] = await files.look([directory])
    if (sight === null) return []
    throw listing
  }
  const runs = (await inside(staging)).filter((path) => !path.endsWith('.lock'))
  const puts = (await Promise.all(runs.map(inside))).flat()
  return puts.map((put) => joinPath(put, 'intents'))
}

/** Null where the list is longer than what was read of it, or half written: then nothing is published that is older. */
const keysOf = (text: string): readonly Path[] | null => {
  try {
    const parsed: unknown = JSON.parse(text)
    return Array.isArray(parsed) ? parsed.flatMap((one: { key?: unknown }) => (typeof one.key === 'string' ? [one.key] : [])) : null
  } catch {
    return null
  }
}
