import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Server } from '../../../src/edges/servers/address.ts'
import { freshDatabase, running, serverNames, type ServerName } from '../../servers/servers.ts'
import { raceOf, type Bench, type Context } from '../bench.ts'
import { writePairs } from '../corpora.ts'
import { fillLedger } from '../fill-ledger.ts'
import { makeProject } from '../project.ts'
import { result, type Figure, type Result } from '../result.ts'
import { spend } from '../spend.ts'

/** The database servers beside SQLite. They are there where `test/servers/start.mjs` started this: `npm run bench:servers`. */
export const engines: Bench = {
  name: 'engines',
  summary: 'PostgreSQL and MariaDB beside SQLite: archiving by several processes, moving a ledger, questions',
  run: async (context) => {
    const there = serverNames.filter((name) => running(name) !== null)
    if (there.length === 0) {
      return [result({ bench: 'engines', place: '-', title: engines.summary, remarks: ['left out: no server is there; npm run bench:servers starts them'] })]
    }
    return [await archiving(there, context), ...await ledgers(there, context)]
  },
}

const processCounts = [1, 2, 4]

/** Groups a second of `run --once` over one delivery, by so many processes that share it. */
const archiving = async (servers: readonly ServerName[], context: Context): Promise<Result> => {
  const { sizes, workshop, tell } = context
  const place = workshop.places[0] ?? 'disk'
  const folder = workshop.folder(place, 'engines')
  const delivery = join(folder, 'delivery')
  writePairs(delivery, sizes.engineGroups)
  const figures: Figure[] = []
  const own = await rateOf(null, 1, { folder, delivery, context })
  figures.push({ what: 'groups a second on sqlite', value: own, unit: '', limit: null })
  for (const name of servers) {
    for (const processes of processCounts) {
      tell(`${sizes.engineGroups} groups on ${name}, ${processes} processes`)
      const rate = await rateOf(name, processes, { folder, delivery, context })
      const what = `on ${name}, ${processes} process${processes === 1 ? '' : 'es'}`
      figures.push({ what: `groups a second ${what}`, value: rate, unit: '', limit: null }, { what: `of SQLite's, ${what}`, value: rate / own, unit: '×', limit: null })
    }
  }
  rmSync(folder, { recursive: true })
  return result({ bench: 'engines', place, title: `${sizes.engineGroups} pairs into an empty archive, the start of the processes included`, figures })
}

type Job = { readonly folder: string; readonly delivery: string; readonly context: Context }

const rateOf = async (name: ServerName | null, processes: number, { folder, delivery, context }: Job): Promise<number> => {
  const { program, workshop, sizes } = context
  const home = join(folder, `${name ?? 'sqlite'}-${processes}`)
  mkdirSync(home)
  const project = makeProject(home, { delivery, groups: 'pairs' })
  const database = name === null ? null : await freshDatabase(name)
  try {
    const configs = Array.from({ length: processes }, (_, index) => `config-${index}.toml`)
    for (const one of configs) writeFileSync(join(home, one), configFor(join(home, 'config.toml'), database?.server ?? null))
    await spend({ command: [program, '-c', configs[0] ?? '', 'db', 'init'], cwd: home }, workshop)
    const began = performance.now()
    await Promise.all(configs.map((one) => spend({ command: [program, '-c', one, 'run', '--once'], cwd: home }, workshop)))
    const seconds = (performance.now() - began) / 1000
    project.requireArchived(2 * sizes.engineGroups)
    return sizes.engineGroups / seconds
  } finally {
    await database?.drop()
  }
}

/** The project's config with another database. */
const configFor = (file: string, server: Server | null): string => {
  const text = readFileSync(file, 'utf8')
  if (server === null) return text
  const { engine, socket, port, username, database } = server
  return text.replace('drivername = "sqlite"\nname = "carbonation.db"',
    `drivername = "${engine}"\nsocket = "${socket}"\nport = ${port}\nusername = "${username}"\nname = "${database}"`)
}

const questions = [
  ['status'], ['query', 'files', '--limit', '10'], ['query', 'files', '--category', 'c3', '--limit', '10'],
  ['query', 'files', '--group-key', 'k00000007'], ['query', 'files', '--count'],
]

/** One ledger, copied to each engine, and asked there. */
const ledgers = async (servers: readonly ServerName[], context: Context): Promise<Result[]> => {
  const { program, workshop, sizes, tell } = context
  const folder = workshop.folder('disk', 'engines-ledger')
  const delivery = join(folder, 'delivery')
  mkdirSync(delivery)
  const project = makeProject(folder, { delivery, groups: 'pairs' })
  await spend({ command: [program, 'db', 'init'], cwd: folder }, workshop)
  tell(`writing ${sizes.engineComponents} components into a ledger`)
  fillLedger(project.database, sizes.engineComponents)
  const rows = 1.5 * sizes.engineComponents
  const results: Result[] = []
  const [figures, dropped]: [Figure[], (() => Promise<void>)[]] = [[], []]
  try {
    for (const name of [null, ...servers]) {
      const label = name ?? 'sqlite'
      const database = name === null ? null : await freshDatabase(name)
      if (database !== null) dropped.push(database.drop)
      const text = readFileSync(join(folder, 'config.toml'), 'utf8')
      writeFileSync(join(folder, `${label}.toml`), name === null ? text.replace('carbonation.db', 'copy.db') : configFor(join(folder, 'config.toml'), database?.server ?? null))
      tell(`copying ${rows} rows to ${label}`)
      const { wallMs } = await spend({ command: [program, 'db', 'copy', '--to', `${label}.toml`], cwd: folder, limitMs: 900_000 }, workshop)
      figures.push({ what: `rows a second to ${label}, compared on both sides`, value: (rows * 1000) / wallMs, unit: '', limit: null })
    }
    for (const words of questions) {
      const finishes = await raceOf([null, ...servers].map((name) => ({
        name: `${words.join(' ')} on ${name ?? 'sqlite'}`,
        order: { command: [program, '-c', `${name ?? 'sqlite'}.toml`, ...words], cwd: folder },
      })), context, 3)
      results.push(result({
        bench: 'engines-asking', place: 'disk', title: `${words.join(' ')}, ${sizes.engineComponents} components`, finishes, base: `${words.join(' ')} on sqlite`,
      }))
    }
  } finally {
    for (const drop of dropped) await drop()
    rmSync(folder, { recursive: true })
  }
  return [result({ bench: 'engines-copy', place: 'disk', title: `db copy of ${rows} rows of groups and components`, figures }), ...results]
}
