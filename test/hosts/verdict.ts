import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cluster } from './cluster.ts'

/** What is wrong once every host has ended: source, archive and ledger are to be the same, one of each. */
export const wrongsOf = async ({ root, sql, source, action }: Cluster): Promise<readonly string[]> => {
  const archive = new Map(readdirSync(join(root, 'archive/kept')).map((name) => [name, readFileSync(join(root, 'archive/kept', name), 'utf8')]))
  const components = await sql.all<ComponentRow>('select id, filename, status, sha256, archive_path, generation from file_components')
  const events = Map.groupBy(
    await sql.all<EventRow>('select component_id, from_status, to_status from events order by id'), (one) => one.component_id)
  const rows = components.map((one) => ({ ...one, events: events.get(one.id) ?? [] }))
  const groups = await sql.all<{ group_key: string; completed_seq: number | null }>('select group_key, completed_seq from files order by completed_seq')
  const left = await sql.all<{ n: number }>('select count(*) as n from claims union all select count(*) from leases')
  const byName = Map.groupBy(rows, (row) => row.filename)
  const staging = join(root, 'archive/.carbonation/staging')
  return [
    ...[...source].filter(([name, content]) => archive.get(name) !== content).map(([name]) => `${archive.has(name) ? 'not the content of' : 'lost'} ${name}`),
    ...[...archive.keys()].filter((name) => !source.has(name)).map((name) => `too much: ${name}`),
    ...[...source].filter(([name]) => byName.get(name)?.length !== 1).map(([name]) => `${byName.get(name)?.length ?? 0} rows of ${name}`),
    ...rows.flatMap((row) => wrongsOfRow(row, source)),
    ...(groups.length === source.size / 2 ? [] : [`${groups.length} groups of ${source.size / 2}`]),
    ...groups.filter((one, index) => one.completed_seq !== index + 1).map((one) => `${one.group_key} has the number ${one.completed_seq}`).slice(0, 5),
    ...left.filter((one) => one.n !== 0).map((one) => `${one.n} claims or leases are left`),
    ...readdirSync(join(root, 'delivery')).filter((name) => action === 'move' || name.startsWith('.')).map((name) => `left in the delivery: ${name}`),
    ...(existsSync(staging) ? readdirSync(staging).map((name) => `left over: ${name}`) : []),
  ]
}

type ComponentRow = { id: number; filename: string; status: string; sha256: string | null; archive_path: string | null; generation: number }
type EventRow = { component_id: number; from_status: string | null; to_status: string | null }
type Row = ComponentRow & { readonly events: readonly EventRow[] }

const wrongsOfRow = (row: Row, source: ReadonlyMap<string, string>): readonly string[] => {
  const content = source.get(row.filename)
  if (content === undefined) return [`a row of nothing: ${row.filename}`]
  const digest = new Bun.CryptoHasher('sha256').update(content).digest('hex')
  const times = row.events.filter((one) => one.to_status === 'archived' && one.from_status !== 'archived').length
  const isRight = row.status === 'archived' && row.events.at(-1)?.to_status === 'archived' && times === 1 && row.generation === 1 && row.sha256 === digest &&
    row.archive_path?.endsWith(`/archive/kept/${row.filename}`) === true
  return isRight ? [] : [`the row of ${row.filename}: ${JSON.stringify(row)}`]
}
