import { hostname } from 'node:os'
import { loadPlainSetup, reloadPlainRules } from '../config/load-plain-setup.ts'
import type { Config } from '../config/config.ts'
import { clock, configPlace, isRoot, openFilePool, openProjectPlugins, type Place } from '../compose.ts'
import { garbageCollector } from '../edges/collect-garbage.ts'
import { configFiles } from '../edges/config-files.ts'
import { openLog } from '../edges/log.ts'
import type { PluginHost } from '../edges/plugin-host.ts'
import { openSupervisor } from '../edges/systemd.ts'
import { Fault } from '../domain/fault.ts'
import type { Path } from '../domain/path.ts'
import { openArchives } from '../service/archives.ts'
import type { Parts } from '../service/parts.ts'
import type { PassParts } from '../service/pass-parts.ts'
import { newTally } from '../service/tally.ts'
import { rulesReload } from '../service/rules-reload.ts'
import { rulesWithPlugins } from '../service/rules-with-plugins.ts'
import { openSettling } from '../service/settling-table.ts'
import { ledgerIdOf } from '../store/ledger-id.ts'
import { isUnmade, migrate, requireCurrentSchema } from '../store/migrations.ts'
import { addPluginColumns } from '../store/plugin-columns.ts'
import { recordBatch } from '../store/record-batch.ts'
import type { InstanceIdentity } from '../store/service-state.ts'
import { waitFor, type Wait } from './wait-for.ts'
import type { Supervisor } from '../world.ts'
import { ledgerName, openLedger, requireLocalDisk, type Ledger } from './ledger.ts'
import { takingPart } from './taking-part.ts'

/** The database for a service that does its work in it: made where it is missing, with a line that says so. */
const openServiceLedger = async (config: Config, plugins: PluginHost, io: Place): Promise<Ledger> => {
  requireLocalDisk(config)
  const ledger = openLedger(config, { create: true, isLeased: true })
  const { sql } = ledger
  try {
    if (await isUnmade(sql)) {
      await migrate(sql, clock.now())
      io.err(`made the database ${config.database.engine === 'sqlite' ? '' : 'tables in '}${ledgerName(config)}\n`)
    }
    await requireCurrentSchema(sql)
    await addPluginColumns(sql, plugins.describe().columns, plugins.describe().queryDefaults)
    return ledger
  } catch (error) {
    await ledger.close()
    throw error
  }
}

/** Everything a pass works with, live. */
export type Service = {
  readonly parts: PassParts
  readonly plugins: PluginHost
  readonly identity: Omit<InstanceIdentity, 'startedAt'>
  /** The watches that another process works on; empty when they are all ours now. */
  takeWatches(): Promise<readonly string[]>
  readonly supervisor: Supervisor
  readonly rules: ReturnType<typeof rulesReload>
  changedSinceStart(): readonly string[]
  close(): Promise<void>
}

/** With a signal it is a service, which waits for its database until that is given. */
export const openService = async (
  place: Place & { readonly version: string }, stderr: 'all' | 'problems', waiting?: AbortSignal,
): Promise<Service> => {
  let setup = await loadPlainSetup(configFiles, configPlace(place))
  const { config } = setup
  const plugins = await openProjectPlugins(config, place)
  let rules = rulesWithPlugins(setup.rules, plugins.describe().digest)
  const log = openLog({ ...config.logging, stderr, clock })
  const supervisor = openSupervisor(waiting === undefined ? {} : place.env, (reason) => log.write('WARNING', reason))
  const wait: Wait = waiting === undefined ? (ask) => ask() : waitFor(config.service, log, supervisor, waiting)
  const ledger = await wait(() => openServiceLedger(config, plugins, place))
  const { sql, lease, claims } = takingPart(ledger, config, { log, mode: waiting === undefined ? 'once' : 'service' })
  const pool = openFilePool(config, await wait(() => ledgerIdOf(sql)))
  const changes = changedFiles([config.file, ...plugins.describe().files])
  const parts: Parts = {
    config, rules: () => rules, clock, files: pool.files, plugins, destination: pool.destination, sql, log,
    settling: openSettling(),
    record: (groups, now) => claims.record(groups, (own) => recordBatch(own, groups, { now, columns: plugins.describe().columns })),
  }
  const archives = await wait(() => openArchives({ ...parts, fence: lease.fence }))
  return {
    parts: { ...parts, archives, lease, claims, candidates: claims.candidates, tally: newTally(), reopened: new Map(), tidy: garbageCollector() },
    plugins,
    identity: { host: hostname(), pid: process.pid, version: place.version, configFile: config.file },
    supervisor,
    takeWatches: () => wait(() => lease.begin()),
    rules: rulesReload({
      clock, log,
      signature: () => configFiles.signature(config.rulesFile),
      read: async () => {
        setup = await reloadPlainRules(configFiles, setup, isRoot())
        return rulesWithPlugins(setup.rules, plugins.describe().digest)
      },
      swap: (next) => {
        rules = next
      },
    }),
    changedSinceStart: changes,
    close: async () => {
      plugins.close()
      await pool.close()
      await lease.end(claims.inHand === 0).catch(unlessAway)
      await ledger.close()
      await log.close()
    },
  }
}

/** A lease that can't be ended ends by itself. */
const unlessAway = (error: unknown): void => {
  if (!(error instanceof Fault)) throw error
}

/** Those of these files that are not what they were at this moment. */
const changedFiles = (files: readonly Path[]): (() => readonly Path[]) => {
  const before = files.map(configFiles.signature)
  return () => files.filter((file, index) => configFiles.signature(file) !== before[index])
}
