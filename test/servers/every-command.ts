/** Every command that asks or writes a ledger, in an order in which each finds something to do in `aBusyProject`. */
export const everyCommand: readonly (readonly string[])[] = [
  ['check-config'], ['check-config', '--json'], ['db', 'init'], ['db', 'upgrade'], ['db', 'status'], ['db', 'status', '--json'],
  ['run', '--dry-run'], ['run', '--once'], ['run', '--once'], ['status'], ['status', '--json'], ['status', '--check'],
  ['query', 'files', '--limit', '10'], ['query', 'files', '--n-min', '7', '--format', 'json'], ['query', 'files', '--category', 'AL%', '--format', 'ndjson'],
  ['query', 'files', '--category', 'alpha', '--order-by', '-start', '--format', 'csv'], ['query', 'files', '--count'], ['query', 'files', '--describe'],
  ['query', 'files', '--daterange', '2026-11-01/2026-12-01', '--format', 'json'], ['query', 'files', '--age', '3650d', '--columns', 'group_key,n,start'],
  ['query', 'files', '--nonsense', '1'], ['query', 'files', '--limit', '2', '--order-by', '-nonsense'],
  ['query', 'components'], ['query', 'components', '--status', 'waiting', '--format', 'json'], ['query', 'components', '--reason', 'no header'],
  ['explain', 'delivery/a.txt'], ['explain', 'delivery/a.txt', '--json'], ['explain', '--group-key', 'half'], ['explain', 'nowhere'],
  ['retry'], ['retry', '--status', 'integrity_failed'], ['release', '--group-key', 'half'], ['dismiss', '--group-key', 'bad', '--reason', 'known'],
  ['run', '--once'], ['extract'], ['extract', '--missing'], ['archive', 'accept', 'main'], ['check-rules', 'rules.toml'], ['check-rules', 'rules.toml', '--json'],
  ['reconcile', 'delivery'], ['reconcile', 'delivery', '--json'], ['reconcile', 'archive', '--dry-run'], ['reconcile', 'archive', '--verify', '--json'],
  ['exec', 'ask.ts'], ['db', 'check'], ['db', 'check', '--json'], ['status', '--json'],
]

/** A plugin, rules and deliveries for a project in which every command has something to tell. */
export const plugin = `
export const columns = { n: { type: 'integer' }, category: { type: 'string', index: true }, start: { type: 'datetime' }, stop: { type: 'datetime' }, tree: { type: 'json' } }
export const queryDefaults = { orderBy: 'start' }
export const extract = (paths) => {
  if (paths[0].includes('bad')) throw new Error('no header')
  return { n: paths[0].includes('b') ? 9007199254740991 : 7, category: paths[0].includes('b') ? 'beta' : 'alpha', start: '2026-11-21T10:00:00Z', stop: '2026-11-21T11:00:00.5Z', tree: { deep: [1, 'é'] } }
}
`
export const deliveries: Readonly<Record<string, string>> = {
  'a.txt': 'text of a', 'a.json': '{}', 'b.txt': 'text of b', 'b.json': '{ }', 'bad.txt': 'text', 'bad.json': '{}', 'half.txt': 'half', 'e.txt': '', 'e.json': '{}', 'Ä.txt': 'letters',
  'Ä.json': '{}',
}

/** What `import … from 'carbonation'` gives, all of it. */
export const askingScript = `
import { connect, queryFiles, session } from 'carbonation'
const said = {}
await using db = await connect('config.toml')
said.rows = await db.queryFiles({ n_min: 7 }, { columns: ['group_key', 'n', 'category', 'start', 'tree'], orderBy: 'group_key' })
said.count = await db.queryFiles({ category: ['alpha', 'be%'] }, { countOnly: true })
said.none = await db.queryFiles({ category: 'ALPHA' }, { countOnly: true })
said.filters = await db.describeFilters()
const { rows, cursor } = await db.getNewFiles(undefined, { limit: 2 })
said.news = rows.map((one) => one.group_key).sort()
said.more = (await db.getNewFiles(cursor)).rows.length
said.service = Object.keys((await db.getServiceStatus()) ?? {}).sort()
said.refused = await db.queryFiles({}).catch((error) => error.message)
said.unknown = await db.queryFiles({ nonsense: 1 }).catch((error) => error.message)
const sql = await session('config.toml')
said.session = await sql\`select group_key, n from files where category = \${'alpha'} and is_latest = 1 order by group_key\`
await sql.transaction?.(async (tx) => void (await tx\`update files set file_type = \${'kind'} where group_key = \${'a'}\`))
said.written = await sql\`select file_type from files where group_key = \${'a'}\`
await sql.close()
console.log(JSON.stringify(said, (_, value) => typeof value === 'bigint' ? String(value) : value))
`
