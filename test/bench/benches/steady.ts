import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from '../bench.ts'
import { fillLedger } from '../fill-ledger.ts'
import { makeProject } from '../project.ts'
import { result, type Figure } from '../result.ts'
import { openLedger, startService, until, type RunningService } from '../service.ts'
import { spend } from '../spend.ts'

const waitMs = 120_000
const mebibyte = 2 ** 20

/** How soon the service decides beside a large ledger, and whether it stays as it is while files come and come. */
export const steady: Bench = {
  name: 'steady',
  summary: 'the daemon over a long run: first decision, memory and file handles before and after',
  run: async ({ program, sizes, workshop, tell }) => {
    const place = workshop.places[0] ?? 'disk'
    const folder = workshop.folder(place, 'steady')
    const delivery = join(folder, 'delivery')
    mkdirSync(delivery)
    const project = makeProject(folder, { delivery, groups: 'singles' })
    await spend({ command: [program, 'db', 'init'], cwd: folder }, workshop)
    tell(`writing ${sizes.askedComponents} components into a ledger`)
    fillLedger(project.database, sizes.askedComponents)
    const ledger = openLedger(project.database)
    ledger.newlyArchived()
    const write = (round: number) => {
      for (let file = 0; file < sizes.steadyFiles; file += 1) writeFileSync(join(delivery, `r${round}-${file}.dat`), `${round} ${file}`)
    }
    write(0)
    await Bun.sleep(200)
    const began = performance.now()
    const service = startService(program, folder, workshop)
    try {
      const first = () => (ledger.newlyArchived().length > 0 ? performance.now() - began : null)
      const firstMs = await until('the first archived file', first, { everyMs: 2, limitMs: waitMs, service })
      const states: State[] = []
      for (let round = 1; round <= sizes.steadyRounds; round += 1) {
        tell(`round ${round} of ${sizes.steadyRounds}`)
        write(round)
        const all = () => (ledger.archived(`r${round}-`) >= sizes.steadyFiles ? true : null)
        await until(`round ${round}`, all, { everyMs: 50, limitMs: waitMs, service })
        states.push(stateOf(service))
      }
      return [result({
        bench: 'steady', place, title: `${sizes.steadyRounds} times ${sizes.steadyFiles} files into the service, ${sizes.askedComponents} known`,
        figures: [
          { what: 'from the start to the first archived file', value: firstMs, unit: 'ms', limit: 5000 },
          ...figuresOf(states),
        ],
      })]
    } finally {
      await service.stop()
      ledger.close()
      rmSync(folder, { recursive: true })
    }
  },
}

type State = { readonly bytes: number; readonly handles: number }

const stateOf = (service: RunningService): State => ({ bytes: service.memory().nowBytes, handles: service.handles() })

/** The memory rises and falls with each collection of the engine's: a leak raises the lowest of the last third above
 *  that of the first. */
const figuresOf = (states: readonly State[]): Figure[] => {
  const third = Math.ceil(states.length / 3)
  const parts = [['in the first third', states.slice(0, third)], ['in the last third', states.slice(-third)]] as const
  const of = (take: (...values: number[]) => number, some: readonly State[]) => take(...some.map((one) => one.bytes)) / mebibyte
  const handles = parts.map(([, some]) => Math.min(...some.map((one) => one.handles)))
  return [
    ...parts.flatMap(([when, some]): Figure[] => [
      { what: `resident memory ${when}, lowest`, value: of(Math.min, some), unit: 'MiB', limit: 200 },
      { what: `resident memory ${when}, highest`, value: of(Math.max, some), unit: 'MiB', limit: 200 },
    ]),
    ...parts.map(([when], index): Figure =>
      ({ what: `file handles ${when}, fewest`, value: handles[index] ?? 0, unit: '', limit: index === 0 ? null : handles[0] ?? null })),
  ]
}
