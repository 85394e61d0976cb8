import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Scenario } from '../faults/corpus.ts'
import { binary, writeProject, writeTree } from '../faults/project.ts'
import { wrongsAtOnce, type Outcome, type Wrongs } from '../faults/verdict.ts'
import { serverOutcome, serverWrongs, withLedger, type OnServer } from './ledger-of.ts'
import type { OwnServer } from './own.ts'
import { aWire, type Counts, type Side, type Strike, type Wire } from './wire.ts'

/** What meets the faults: a pass that is killed, a pass that loses its connections, or the service that does. */
export const meetings = ['pass killed', 'pass cut', 'service cut'] as const
export type Meeting = (typeof meetings)[number]

/** One fault: which packet of which side, and what becomes of it. */
export type Point = { readonly meeting: Meeting; readonly isCommit: boolean } & Omit<Strike, 'instead'>

export type Struck = { points: number; struck: number; commits: number; readonly failures: { readonly point: Point; readonly wrongs: Wrongs }[] }
export const noneStruck = (): Struck => ({ points: 0, struck: 0, commits: 0, failures: [] })

/** A project over a server that it reaches by a wire, and that begins each time as it was. */
type Striking = OnServer & { readonly wire: Wire; restore(): Promise<void> }

/** Strikes a scenario at the chosen packets of each meeting, one run a packet, and looks what that did. */
export const strikeServer = async (
  root: string, server: OwnServer, scenario: Scenario, choose: (all: readonly Point[]) => readonly Point[], sum: Struck,
): Promise<void> => {
  const project = await openStriking(root, server, scenario)
  try {
    await project.restore()
    const clean = await pass(project)
    const expected = await settled(project).then(() => serverOutcome(project))
    if (clean.code !== 0) throw new Error(`the pass without a fault ended with ${clean.code}: ${clean.err}`)
    for (const point of choose(pointsOf(clean.packets))) {
      await project.restore()
      const { isStruck, wrongs } = await strikeOnce(project, point, scenario, expected)
      sum.points += 1
      if (isStruck) sum.struck += 1
      if (isStruck && point.isCommit) sum.commits += 1
      if (wrongs.length > 0) sum.failures.push({ point, wrongs })
    }
  } finally {
    await drop(project)
    project.wire.close()
  }
}

/** What comes to the server and was answered by nobody is the same as an answer that was lost; so a killed pass needs
 *  only the packets that it sent. */
const pointsOf = ({ client, server, commits }: Counts): readonly Point[] => {
  const packets = (from: Side, count: number, how: Strike['how'], meeting: Meeting): Point[] =>
    Array.from({ length: count }, (_, index) => ({ from, at: index + 1, how, meeting, isCommit: commits[from].includes(index + 1) }))
  return [
    ...packets('client', client, 'lost', 'pass killed'), ...packets('client', client, 'passed', 'pass killed'),
    ...(['pass cut', 'service cut'] as const).flatMap((meeting) => [
      ...packets('client', client, 'lost', meeting), ...packets('client', client, 'torn', meeting),
      ...packets('server', server, 'lost', meeting), ...packets('server', server, 'torn', meeting),
    ]),
  ]
}

const strikeOnce = async (
  project: Striking, { meeting, from, at, how }: Point, scenario: Scenario, expected: Outcome,
): Promise<{ readonly isStruck: boolean; readonly wrongs: Wrongs }> => {
  const { root, wire } = project
  const strike = { from, at, how }
  if (meeting === 'service cut') return strikeService(project, strike, expected)
  const end = await pass(project, strike, meeting === 'pass killed')
  const isStruck = end.packets[strike.from] >= strike.at
  const now = await withLedger(project, () => wrongsAtOnce(root, scenario))
  const said = end.code === 0 || end.code === 137 || /: |was lost|does not answer/.test(end.err) ? [] : [`exit ${end.code}: ${end.err}`]
  wire.strike(null)
  const later = await settled(project)
  return { isStruck, wrongs: [...now, ...said, ...traceIn(end.err), ...later, ...await serverWrongs(project, expected)] }
}

/** The service goes on by itself: nobody starts anything after the cut. While it lives, its staging directory does. */
const strikeService = async (project: Striking, strike: Omit<Strike, 'instead'>, expected: Outcome) => {
  const { root, wire } = project
  const wrongsWhileLiving = async (): Promise<Wrongs> =>
    (await serverWrongs(project, expected).catch(whileItMoves)).filter((one) => !one.startsWith('left over: '))
  wire.strike(strike)
  const service = Bun.spawn([binary, 'run'], { cwd: root, stdin: 'ignore', stdout: 'ignore', stderr: 'pipe' })
  const said = service.stderr.text()
  const isStruck = () => wire.counts()[strike.from] >= strike.at
  let wrongs: Wrongs = ['it did not begin']
  const begun = performance.now()
  for (let ms = 0; wrongs.length > 0 && ms < patienceMs && service.exitCode === null; ms = performance.now() - begun) {
    await Bun.sleep(100)
    if (isStruck() || ms > 3000) wrongs = await wrongsWhileLiving()
  }
  const wasStruck = isStruck()
  wire.strike(null)
  service.kill('SIGTERM')
  const late = setTimeout(() => service.kill('SIGKILL'), 20_000)
  const code = await service.exited
  clearTimeout(late)
  const ended = code === 0 ? [] : [`the service ended with ${code}`]
  const err = await said
  const told = wrongs.length + ended.length > 0 ? [err] : []
  const later = await settled(project)
  return { isStruck: wasStruck, wrongs: [...wrongs, ...ended, ...told, ...traceIn(err), ...later, ...await serverWrongs(project, expected)] }
}

/** A file that was there a moment ago is on its way. */
const whileItMoves = (error: unknown): Wrongs => {
  if (error instanceof Error && Reflect.get(error, 'code') === 'ENOENT') return [`on its way: ${error.message}`]
  throw error
}

/** How long the service may take until all is as without the fault. */
const patienceMs = 90_000

const traceIn = (stderr: string): Wrongs => (/\n\s+at /.test(stderr) ? [`a stack trace: ${stderr}`] : [])

type End = { readonly code: number; readonly err: string; readonly packets: Counts }

const pass = async ({ root, wire }: Striking, strike: Omit<Strike, 'instead'> | null = null, isKilled = false): Promise<End> => {
  const child: { kill: () => void } = { kill: () => undefined }
  wire.strike(strike === null ? null : { ...strike, ...(isKilled ? { instead: () => child.kill() } : {}) })
  const one = Bun.spawn([binary, 'run', '--once'], { cwd: root, stdin: 'ignore', stdout: 'ignore', stderr: 'pipe', timeout: 180_000 })
  child.kill = () => one.kill('SIGKILL')
  const [err, code] = await Promise.all([one.stderr.text(), one.exited])
  const packets = wire.counts()
  if (isKilled) wire.drop()
  return { code, err, packets }
}

/** Passes without faults until nothing is due; what is due later is made due now. */
const settled = async (project: Striking): Promise<Wrongs> => {
  const { server, database } = project
  const due = server.prepared.engine === 'postgresql'
    ? `with changed as (update files set due_at = (now() at time zone 'utc') where held_by is not null or due_at < (now() at time zone 'utc') + interval '50 minutes' returning 1)
       select count(*) as n from changed`
    : null
  for (let time = 1; time <= 6; time += 1) {
    const { code, err } = await pass(project)
    if (code !== 0) return [`a clean pass ended with ${code}: ${err}`]
    if (due !== null) {
      const [row] = await server.ask(due, database)
      if (Number(row?.['n']) === 0) return []
      continue
    }
    const wanted = 'held_by is not null or due_at < utc_timestamp(3) + interval 50 minute'
    const [row] = await server.ask(`select count(*) as n from files where ${wanted}`, database)
    if (Number(row?.['n']) === 0) return []
    await server.ask(`update files set due_at = utc_timestamp(3) where ${wanted}`, database)
  }
  return ['still due after 6 clean passes']
}

const openStriking = async (root: string, server: OwnServer, scenario: Scenario): Promise<Striking> => {
  const wire = await aWire()
  wire.lead({ path: server.prepared.socketFile })
  const { engine, username } = server.prepared
  const database = `t_${crypto.randomUUID().replaceAll('-', '')}`
  const project = { root, server, database, wire }
  const saved = `${root}.saved`
  for (const one of [root, saved]) rmSync(one, { recursive: true, force: true })
  writeProject(root, scenario, { service: 'poll_interval = "1s"\nscan_interval = "1s"' })
  const config = readFileSync(join(root, 'config.toml'), 'utf8').replace('drivername = "sqlite"\nname = "ledger.db"',
    `drivername = "${engine}"\nname = "${database}"\nhost = "127.0.0.1"\nport = ${wire.port}\nusername = "${username}"\nsslmode = "disable"`)
  writeFileSync(join(root, 'config.toml'), config)
  writeTree(join(root, 'delivery'), scenario.before)
  await server.ask(`create database ${database}`)
  const opened = { ...project, restore: async () => undefined }
  if (scenario.hasRun) await pass(opened)
  writeTree(join(root, 'delivery'), scenario.delivery)
  await save(project)
  Bun.spawnSync(['cp', '-a', root, saved])
  return {
    ...opened,
    restore: async () => {
      rmSync(root, { recursive: true, force: true })
      Bun.spawnSync(['cp', '-a', saved, root])
      await bringBack(project)
    },
  }
}

const tablesOf = async ({ server, database }: OnServer): Promise<readonly string[]> =>
  (await server.ask(`select table_name as name from information_schema.tables where table_schema = '${database}'`)).map((row) => String(row['name']))

const save = async (project: OnServer): Promise<void> => {
  const { server, database } = project
  if (server.prepared.engine === 'postgresql') return void await server.ask(`create database ${database}_saved template ${database}`)
  await server.ask(`create database ${database}_saved`)
  for (const table of await tablesOf(project)) {
    await server.ask(`create table ${database}_saved.${table} like ${database}.${table}`)
    await server.ask(`insert into ${database}_saved.${table} select * from ${database}.${table}`)
  }
}

/** A database without tables before begins without them again. */
const bringBack = async (project: OnServer): Promise<void> => {
  const { server, database } = project
  if (server.prepared.engine === 'postgresql') {
    await server.ask(`drop database ${database} with (force)`)
    return void await server.ask(`create database ${database} template ${database}_saved`)
  }
  await endSessions(project)
  const saved = await tablesOf({ ...project, database: `${database}_saved` })
  if (saved.length === 0) await server.ask(`drop database ${database}`)
  if (saved.length === 0) return void await server.ask(`create database ${database}`)
  const statements = saved.flatMap((table) => [`delete from ${database}.${table}`, `insert into ${database}.${table} select * from ${database}_saved.${table}`])
  await server.ask(['set foreign_key_checks = 0', ...statements].join(';\n'))
}

/** MariaDB notices late that a client was killed, and keeps its locks until then. */
const endSessions = async ({ server, database }: OnServer): Promise<void> => {
  for (const deadline = performance.now() + 20_000; performance.now() < deadline; await Bun.sleep(20)) {
    const left = await server.ask(`select id from information_schema.processlist where db = '${database}'`)
    if (left.length === 0) return
    for (const { id } of left) await server.ask(`kill ${String(id)}`).catch(() => undefined)
  }
}

const drop = async ({ server, database, root }: Striking): Promise<void> => {
  const end = server.prepared.engine === 'postgresql' ? ' with (force)' : ''
  for (const one of [database, `${database}_saved`]) await server.ask(`drop database if exists ${one}${end}`)
  for (const one of [root, `${root}.saved`]) rmSync(one, { recursive: true, force: true })
}

