/** Prints what was archived since the last time it ran, one JSON object a line:
 *
 *      carbonation exec plugins/scripts/new-files.ts [config.toml] [cursor file]
 *
 *  The cursor file remembers how far it came. It is written when everything before it was printed, so a run
 *  that dies prints some files again and leaves none out. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { connect } from 'carbonation'

const [config = 'config.toml', cursorFile = 'new-files.cursor'] = process.argv.slice(2)

/** Null where there is none yet: everything is new. */
const lastCursor = async (): Promise<string | null> => {
  try {
    return (await readFile(cursorFile, 'utf8')).trim()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

const remember = async (cursor: string): Promise<void> => {
  await writeFile(`${cursorFile}.new`, `${cursor}\n`)
  await rename(`${cursorFile}.new`, cursorFile)
}

const largeNumbersAsText = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value

await using db = await connect(config)
let cursor = await lastCursor()
for (;;) {
  const page = await db.getNewFiles(cursor, { limit: 1000 })
  if (page.rows.length === 0 || page.cursor === null) break
  for (const row of page.rows) console.log(JSON.stringify(row, largeNumbersAsText))
  await remember((cursor = page.cursor))
}
