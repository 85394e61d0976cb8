import type { Watch } from '../config/config.ts'
import { knownById } from '../store/known-by-id.ts'
import type { Parts } from './parts.ts'

/** Rows asked for in one question. */
const page = 1000

/** Those of these components whose files are not there now either. A look at a large directory takes a while, in which
 *  files come that its list of names does not have: they are not gone. What cannot be looked at is not known to be. */
export const stillAbsent = async (
  watch: Watch, ids: readonly number[], { sql, files }: Pick<Parts, 'sql' | 'files'>,
): Promise<number[]> => {
  const absent: number[] = []
  for (let at = 0; at < ids.length; at += page) {
    const rows = await knownById(sql, ids.slice(at, at + page))
    const sights = await files.glance(rows.map((one) => one.path), watch.followSymlinks)
    absent.push(...rows.flatMap(({ componentId }, index) => (sights[index] === null ? [componentId] : [])))
  }
  return absent
}
