import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench, Context } from '../bench.ts'
import { makeProject } from '../project.ts'
import { result, type Figure, type Result } from '../result.ts'
import { openLedger, startService, until, type Ledger, type RunningService } from '../service.ts'
import { spend } from '../spend.ts'
import { percentile } from '../statistics.ts'
import type { PlaceName } from '../workshop.ts'

/** How long after it was closed a file is archived, beyond the time it has to stand still. */
export const latency: Bench = {
  name: 'latency',
  summary: 'the daemon: from close to the commit in the ledger, idle and in a burst',
  run: async (context) => {
    const results: Result[] = []
    for (const place of context.workshop.places) results.push(await at(place, context))
    return results
  },
}

const settleMs = 500
const waitMs = 60_000

type Stage = { readonly delivery: string; readonly ledger: Ledger; readonly service: RunningService }

const at = async (place: PlaceName, context: Context): Promise<Result> => {
  const { program, workshop, sizes, tell } = context
  const folder = workshop.folder(place, 'latency')
  const delivery = join(folder, 'delivery')
  mkdirSync(delivery)
  const project = makeProject(folder, { delivery, groups: 'singles', settleSeconds: settleMs / 1000 })
  await spend({ command: [program, 'db', 'init'], cwd: folder }, workshop)
  const service = startService(program, folder, workshop)
  const ledger = openLedger(project.database)
  try {
    const stage = { delivery, ledger, service }
    tell('waiting for the service')
    await deliver(['warm-up'], stage)
    const idle: number[] = []
    for (let index = 0; index < sizes.idleFiles; index += 1) {
      tell(`file ${index + 1} of ${sizes.idleFiles}, one at a time`)
      idle.push(...await deliver([`idle-${index}`], stage))
    }
    const bursts: Figure[] = []
    for (const files of sizes.bursts) {
      tell(`a burst of ${files} files`)
      bursts.push(...figures(`burst of ${files}`, await deliver(namesOf(`burst-${files}`, files), stage)))
    }
    const { streamPerSecond, streamSeconds } = sizes
    tell(`${streamPerSecond} files a second for ${streamSeconds} s`)
    const stream = await deliver(namesOf('stream', streamPerSecond * streamSeconds), stage, streamPerSecond)
    return result({
      bench: 'latency', place, title: `from close to archived, ${settleMs} ms of settling taken off`,
      figures: [
        ...figures('one at a time', idle), ...bursts,
        ...figures(`${streamPerSecond} a second for ${streamSeconds} s`, stream),
        { what: 'memory of the service', value: service.memory().peakBytes / 2 ** 20, unit: 'MiB', limit: 200 },
      ],
    })
  } finally {
    await service.stop()
    ledger.close()
    rmSync(folder, { recursive: true })
  }
}

const namesOf = (what: string, count: number) => Array.from({ length: count }, (_, index) => `${what}-${index}`)

/** Writes files, so many a second, and gives for each the time from its close to the commit that made it archived, in ms, to the
 *  millisecond or two at which the ledger is asked. */
const deliver = async (names: readonly string[], { delivery, ledger, service }: Stage, perSecond = Infinity): Promise<number[]> => {
  const closed = new Map<string, number>()
  const late = new Map<string, number>()
  const look = () => {
    const now = performance.now()
    for (const key of ledger.newlyArchived()) {
      const at = closed.get(key)
      if (at !== undefined) late.set(key, now - at - settleMs)
    }
  }
  const began = performance.now()
  let last = began
  for (const [index, name] of names.entries()) {
    for (let due = began + (index * 1000) / perSecond; performance.now() < due; look()) await Bun.sleep(1)
    writeFileSync(join(delivery, `${name}.dat`), name.padEnd(4096, '.'))
    const now = performance.now()
    closed.set(`${name}.dat`, now)
    closed.set(name, now)
    if (now - last > 20) {
      look()
      last = now
    }
  }
  await until(`${names.length} files to be archived`, () => {
    look()
    return late.size >= names.length ? true : null
  }, { everyMs: names.length > 1 ? 5 : 1, limitMs: waitMs, service })
  return [...late.values()]
}

const figures = (what: string, values: readonly number[]): Figure[] => [
  { what: `${what}, median`, value: percentile(values, 50), unit: 'ms', limit: 200 },
  { what: `${what}, 99th percentile`, value: percentile(values, 99), unit: 'ms', limit: 1000 },
]
