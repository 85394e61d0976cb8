/** The `plugins/file_model.ts` that `init` writes: reads a JSON file beside the data. */
export const pluginText = String.raw`/** What the database knows of each group of files, and how it is read from them.
 *
 * carbonation check-config shows mistakes; carbonation db init adds new columns to the database.
 */
import type { Columns, MetadataOf } from 'carbonation'

/** string, text, integer, bigint, float, boolean, datetime or json; index: true where you search by it often. */
export const columns = {
  start: { type: 'datetime' },
  stop: { type: 'datetime' },
  category: { type: 'string', index: true },
  source: { type: 'string' },
} satisfies Columns

/** What carbonation query files does where the command line says nothing: orderBy, limit, columns. */
export const queryDefaults = { orderBy: '-start' }

/** Called once for each complete group, with the paths of all its files. What is thrown here is kept as the
 *  group's error, and the group is tried again. A time without a zone is UTC. */
export async function extract(filePaths: string[]): Promise<MetadataOf<typeof columns>> {
  const path = filePaths.find((filePath) => filePath.endsWith('.json'))
  if (path === undefined) throw new Error('there is no .json file in this group')
  const { start, stop, category, source } = await Bun.file(path).json()
  return { start, stop, category, source: source ?? null }
}
`
