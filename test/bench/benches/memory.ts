import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from '../bench.ts'
import { writeTinyFiles } from '../corpora.ts'
import { fillLedger } from '../fill-ledger.ts'
import { makeProject } from '../project.ts'
import { result } from '../result.ts'
import { openLedger, startService, until } from '../service.ts'
import { spend } from '../spend.ts'

const waitMs = 180_000

/** What the service keeps in memory when much is known and much is pending. */
export const memory: Bench = {
  name: 'memory',
  summary: 'the daemon with many known files and many that settle',
  run: async ({ program, sizes, workshop, tell }) => {
    const place = workshop.places[0] ?? 'disk'
    const folder = workshop.folder(place, 'memory')
    const delivery = join(folder, 'delivery')
    mkdirSync(delivery)
    const project = makeProject(folder, { delivery, groups: 'singles', settleSeconds: 3600 })
    await spend({ command: [program, 'db', 'init'], cwd: folder }, workshop)
    tell(`writing ${sizes.askedComponents} components and ${sizes.pending} files`)
    fillLedger(project.database, sizes.askedComponents)
    writeTinyFiles(delivery, sizes.pending)
    const began = performance.now()
    const service = startService(program, folder, workshop)
    const ledger = openLedger(project.database)
    try {
      tell(`waiting until ${sizes.pending} files settle`)
      const enough = () => (ledger.settling() >= sizes.pending ? true : null)
      await until(`${sizes.pending} settling files`, enough, { everyMs: 100, limitMs: waitMs, service })
      const notedMs = performance.now() - began
      const { peakBytes, nowBytes } = service.memory()
      return [result({
        bench: 'memory', place, title: `the service with ${sizes.askedComponents} known files and ${sizes.pending} pending ones`,
        figures: [
          { what: 'from the start until all are noted', value: notedMs, unit: 'ms', limit: null },
          { what: 'most resident memory', value: peakBytes / 2 ** 20, unit: 'MiB', limit: 200 },
          { what: 'resident memory after the scan', value: nowBytes / 2 ** 20, unit: 'MiB', limit: 200 },
        ],
      })]
    } finally {
      await service.stop()
      ledger.close()
      rmSync(folder, { recursive: true })
    }
  },
}
