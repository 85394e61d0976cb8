import { Database } from 'bun:sqlite'
import { existsSync, lstatSync, readFileSync, readdirSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { contentsOf, type Scenario } from './corpus.ts'
import { readTree, runOnce } from './project.ts'

/** What is wrong after a fault, in sentences; empty when every promise was kept. */
export type Wrongs = readonly string[]

/** Where everything ended: what two runs are compared by. */
export type Outcome = {
  readonly archive: readonly string[]
  readonly delivery: readonly string[]
  readonly ledger: readonly string[]
}

/** A component, with the status that its last event gave it. */
type Row = {
  readonly id: number; readonly source_path: string; readonly generation: number; readonly status: string
  readonly origin: string; readonly in_delivery: number; readonly archive_path: string | null
  readonly sha256: string | null; readonly error_message: string | null; readonly last: string | null
}

const readLedger = <T>(root: string, ask: (ledger: Database) => T): T => {
  const ledger = new Database(join(root, 'ledger.db'), { readonly: false, create: false })
  try {
    return ask(ledger)
  } finally {
    ledger.close()
  }
}

export const componentsIn = (root: string): readonly Row[] =>
  !hasTables(root) ? [] : readLedger(root, (ledger) => ledger.query<Row, []>(
    `select c.*, (select to_status from events e where e.component_id = c.id order by e.id desc limit 1) as last
       from file_components c order by c.source_path, c.generation`,
  ).all())

/** How much happened. */
export const eventCount = (root: string): number =>
  readLedger(root, (ledger) => ledger.query<{ count: number }, []>('select count(*) as count from events').get()?.count ?? 0)

/** Before anything was mended: nothing half under a final name, nothing lost. */
export const wrongsAtOnce = (root: string, scenario: Scenario): Wrongs => {
  const known = contentsOf(scenario)
  const archive = readTree(join(root, 'archive'))
  const rows = componentsIn(root)
  const isRecorded = (path: string, content: string) => rows.some((row) =>
    row.status === 'archived' && row.source_path === join(root, 'delivery', path) && isHeld(row, content))
  const delivered = Object.entries({ ...scenario.before, ...scenario.delivery })
  return [
    ...Object.entries(archive).filter(([, content]) => !known.has(content))
      .map(([path, content]) => `part of a file: ${path} holds ${content.length} bytes`),
    ...delivered.filter(([path, content]) =>
      !isInDelivery(root, path, content) && !isRecorded(path, content) && !isDone(scenario, path, content))
      .map(([path]) => `lost: ${path} is neither in the delivery nor archived and recorded`),
    ...Object.values(scenario.before)
      .filter((content) => !isAnywhere(join(root, 'archive'), content) && !isSuperseded(rows, content))
      .map((content) => `lost: the archived ${content.slice(0, 20)}`),
    ...Object.entries(scenario.strangers).filter(([path, content]) => archive[path] !== content)
      .map(([path]) => `a stranger was touched: ${path}`),
  ]
}

const hasTables = (root: string): boolean =>
  existsSync(join(root, 'ledger.db')) &&
  readLedger(root, (ledger) => ledger.query("select 1 from sqlite_master where name = 'events'").all().length > 0)

/** Delivered and archived before the fault, and not delivered again. */
const isDone = ({ before, delivery }: Scenario, path: string, content: string): boolean =>
  delivery[path] === undefined && before[path] === content

const isHeld = (row: Row, content: string): boolean =>
  row.archive_path !== null && existsSync(row.archive_path) && readFileSync(row.archive_path, 'utf8') === content

const isInDelivery = (root: string, path: string, content: string): boolean => {
  const full = join(root, 'delivery', path)
  const asides = readdirSync(dirname(full)).filter((name) => name.startsWith('.carbonation-'))
    .map((name) => join(dirname(full), name))
  return [full, ...asides].some((one) => existsSync(one) && readFileSync(one, 'utf8') === content)
}

const isAnywhere = (root: string, content: string): boolean =>
  readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => join(root, name))
    .some((path) => lstatSync(path).isFile() && readFileSync(path, 'utf8') === content)

const isSuperseded = (rows: readonly Row[], content: string): boolean =>
  rows.some((row) => row.status === 'superseded' && row.sha256 === digestOf(content))

const digestOf = (content: string): string => new Bun.CryptoHasher('sha256').update(content).digest('hex')

/** After clean runs: the ledger balances, nothing of the fault is left, and all is as without it. */
export const wrongsInTheEnd = (root: string, expected: Outcome): Wrongs => !hasTables(root) ? ['there is no ledger'] : [
  ...wrongsOfLedger(root),
  ...leftOvers(root),
  ...differences('archive', expected.archive, outcomeOf(root).archive),
  ...differences('delivery', expected.delivery, outcomeOf(root).delivery),
  ...differences('ledger', expected.ledger, outcomeOf(root).ledger),
]

const wrongsOfLedger = (root: string): Wrongs => {
  const [[check] = []] = readLedger(root, (ledger) => ledger.query('pragma integrity_check').values())
  return [
    ...(check === 'ok' ? [] : [`the ledger is damaged: ${String(check)}`]),
    ...componentsIn(root).flatMap((row) => {
      const name = `${relative(root, row.source_path)}#${row.generation}`
      if (row.last !== row.status) return [`unaccounted: ${name} is ${row.status}, its last event says ${row.last}`]
      if (row.status !== 'archived') return []
      if (row.archive_path === null || row.sha256 === null) return [`unaccounted: ${name} has no place or no digest`]
      const content = existsSync(row.archive_path) ? readFileSync(row.archive_path, 'utf8') : ''
      const isKept = digestOf(content) === row.sha256
      return isKept ? [] : [`lost: ${relative(root, row.archive_path)} does not hold what the ledger says of ${name}`]
    }),
  ]
}

/** Under final names without anybody who knows of them. */
export const unrecorded = (root: string, { strangers }: Pick<Scenario, 'strangers'>): Wrongs => {
  const known = new Set(componentsIn(root).filter((row) => row.status === 'archived').map((row) => row.archive_path))
  return Object.keys(readTree(join(root, 'archive')))
    .filter((path) => strangers[path] === undefined && !known.has(join(root, 'archive', path)))
    .map((path) => `nobody knows of ${path}`)
}

/** In staging, and beside sources. */
export const leftOvers = (root: string): Wrongs => {
  const staging = join(root, 'archive/.carbonation/staging')
  const asides = readdirSync(join(root, 'delivery'), { recursive: true, encoding: 'utf8' })
    .filter((name) => basename(name).startsWith('.carbonation'))
  return [...(existsSync(staging) ? readdirSync(staging) : []), ...asides].map((path) => `left over: ${path}`)
}

/** Of two groups that meet at one name, either may have come first: so contents go by the name without its number. */
export const outcomeOf = (root: string): Outcome => {
  const archive = readTree(join(root, 'archive'))
  return {
    archive: [
      ...Object.keys(archive).map((path) => `name ${path}`),
      ...Object.entries(archive).map(([path, content]) =>
        `${path.replace(/~\d+(?=\.)/, '')} holds ${digestOf(content)} (${content.slice(0, 24).trim()})`),
    ].toSorted(),
    delivery: Object.keys(readTree(join(root, 'delivery'))).toSorted(),
    ledger: componentsIn(root).map((row) => {
      const where = row.in_delivery === 1 ? 'in delivery' : 'gone'
      return [relative(root, row.source_path), `#${row.generation}`, row.status, row.origin, where].join(' ')
    }).toSorted(),
  }
}

/** As often as expected, no more and no less. */
const differences = (what: string, expected: readonly string[], found: readonly string[]): Wrongs => {
  const count = (one: string, list: readonly string[]) => list.filter((each) => each === one).length
  return [...new Set([...expected, ...found])].flatMap((one) => {
    const more = count(one, found) - count(one, expected)
    return more === 0 ? [] : [`${what}: ${more > 0 ? 'too much' : 'missing'} ${one}`]
  })
}

/** Passes without faults until nothing is due any more; what is due later is made due now, as if time had passed.
 *  Gives what went wrong with them. */
export const settleDown = (root: string): Wrongs => {
  for (let pass = 1; pass <= mostPasses; pass += 1) {
    const { exitCode, stderr } = runOnce(root)
    if (exitCode !== 0) return [`a clean run ended with ${exitCode}: ${stderr}`]
    if (letTimePass(root) === 0) return []
  }
  const undecided = componentsIn(root).filter((row) => row.error_message !== null)
    .map((row) => `${row.source_path}: ${row.error_message}`)
  return [`still due after ${mostPasses} clean runs: ${undecided.join('; ')}`]
}

const mostPasses = 6

/** A group that waits for a member until its time is out goes on waiting. */
export const letTimePass = (root: string): number =>
  !hasTables(root) ? 0 : readLedger(root, (ledger) => ledger.run(
    `update files set due_at = strftime('%Y-%m-%d %H:%M:%f', 'now')
      where held_by is not null or due_at < strftime('%Y-%m-%d %H:%M:%f', 'now', '+50 minutes')`,
  ).changes)
