import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { aProject, until, type Project } from './project.ts'

/** Watches that differ in what shows that a file is complete. `raw` trusts in quiet alone. */
const watches: Readonly<Record<string, string>> = {
  raw: 'veto_open = false',
  held: 'veto_open = true',
  closed: 'ready = "close"\nveto_open = false',
  marked: 'ready = "marker"\nmarker = "{name}.done"\nveto_open = false',
  summed: 'ready = "checksum"\nveto_open = false',
  pairs: 'veto_open = false\nredelivery_wait = "2s"',
}
const ruleSets: Readonly<Record<string, string>> = {
  summed: '[[summed.integrity]]\ntype = "checksum"\nvalue = "md5"\n',
  pairs: '[pairs.completeness]\ngroup_by = "stem"\nexpected_extensions = [".txt", ".json"]\nprimary_extension = ".json"\n',
}

/** How long a file has to be quiet in the zoo; writers pause for a part of it, or for several times as long. */
export const settleMs = 600
export const shortPauseMs = settleMs / 8
export const longPauseMs = settleMs * 2

export type Zoo = {
  readonly project: Project
  /** The delivery directory of a watch, or a name in it. */
  at(watch: string, name?: string): string
  /** Ends when what is delivered under this name is the newest that is archived of it. */
  settled(watch: string, name: string): Promise<void>
  /** The archived contents under a name, oldest generation first. */
  generations(watch: string, name: string): readonly string[]
  /** Statuses that the events of a name tell of, in order. */
  told(watch: string, name: string): readonly string[]
  /** What is wrong between ledger, events and archive; nothing ever should be. */
  wrongs(): readonly string[]
}

export const openZoo = (): Zoo => {
  const names = Object.keys(watches)
  const project = aProject({ config: configText(names), rules: names.map((name) => ruleSets[name] ?? `[${name}]\n`).join('\n') })
  for (const name of names) mkdirSync(join(project.root, 'delivery', name))
  const rowsOf = (watch: string, name: string) => project.rows(
    `select generation, status, sha256, archive_path from file_components
      where watch_name = '${watch}' and filename = '${name}' order by generation`,
  )
  const at = (watch: string, name = '') => join(project.root, 'delivery', watch, name)
  return {
    project, at,
    settled: (watch, name) => until(() => {
      const last = rowsOf(watch, name).at(-1)
      return last?.['status'] === 'archived' && last['sha256'] === digestOf(at(watch, name))
    }, `${watch}/${name}, of which there is ${JSON.stringify(rowsOf(watch, name))}`, 30_000),
    generations: (watch, name) => rowsOf(watch, name).flatMap(({ status, archive_path }) =>
      status === 'archived' ? [readFileSync(String(archive_path), 'utf8')] : []),
    told: (watch, name) => project.rows(
      `select c.generation, e.to_status from events e join file_components c on c.id = e.component_id
        where c.watch_name = '${watch}' and c.filename = '${name}' and e.to_status <> coalesce(e.from_status, '') order by e.id`,
    ).map((row) => `${row['to_status']}#${row['generation']}`),
    wrongs: () => wrongsIn(project),
  }
}

const wrongsIn = (project: Project): readonly string[] => {
  const rows = project.rows(
    `select id, filename, status, sha256, archive_path,
            (select to_status from events e where e.component_id = c.id order by e.id desc limit 1) as said
       from file_components c`,
  )
  const kept = rows.filter((row) => row['status'] === 'archived')
  return [
    ...rows.filter((row) => row['said'] !== row['status']).map((row) => `${row['filename']} is ${row['status']}, its events say ${row['said']}`),
    ...kept.filter((row) => digestOf(String(row['archive_path'])) !== row['sha256']).map((row) => `${row['archive_path']} is not what was recorded`),
    ...Object.keys(project.archived()).filter((name) => !kept.some((row) => String(row['archive_path']).endsWith(`/archive/${name}`)))
      .map((name) => `${name} is in the archive, and no row says so`),
  ]
}

const digestOf = (path: string): string | null => {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex')
  } catch {
    return null
  }
}

const configText = (names: readonly string[]): string => `
[service]
poll_interval = "1s"
heartbeat_interval = "1s"
[database]
drivername = "sqlite"
name = "carbonation.db"
[rules]
file = "rules.toml"
${names.map((name) => `
[[watch]]
name = "${name}"
path = "delivery/${name}"
rules = "${name}"
archive = "main"
settle_seconds = ${settleMs / 1000}
${watches[name]}
`).join('')}
[[archive]]
name = "main"
base_path = "archive"
destination = "{watch_name}"
action = "copy"
`
