import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { raceOf, type Bench } from '../bench.ts'
import { writePairs } from '../corpora.ts'
import { copyPeers } from '../peers.ts'
import { makeProject } from '../project.ts'
import type { Contender } from '../race.ts'
import { result, type Figure } from '../result.ts'
import { spend } from '../spend.ts'
import { summary } from '../statistics.ts'

/** What the main job cannot do without, each part alone. */
const parts = {
  files: 'system calls and digests alone, in one thread',
  ledger: 'rows of the ledger alone, in one thread',
  metadata: 'reading and parsing the JSON files alone, in one thread',
} as const

/** Below which no deciding, however quick, brings the main job. */
export const floor: Bench = {
  name: 'floor',
  summary: 'what the main job cannot do without: its system calls, its rows, its JSON, with nothing decided',
  run: async (context) => {
    const { program, sizes, workshop, tell } = context
    const place = workshop.places[0] ?? 'disk'
    const folder = workshop.folder(place, 'floor')
    const delivery = join(folder, 'delivery')
    tell(`writing ${sizes.pairs} pairs`)
    writePairs(delivery, sizes.pairs)
    const project = makeProject(join(folder, 'project'), { delivery, groups: 'pairs' })
    await spend({ command: [program, 'run', '--once'], cwd: project.folder }, workshop)
    const copy = copyPeers({ from: delivery, folder, files: 2 * sizes.pairs, place }).peers.filter((one) => one.name === 'cp -r')
    const cpuMs = new Map<string, number[]>()
    const alone = Object.keys(parts).map((part) => contender(part, { delivery, folder, ledger: project.database }, cpuMs))
    const finishes = await raceOf([...copy, ...alone], context)
    rmSync(folder, { recursive: true })
    return [result({
      bench: 'floor', place, title: `what ${sizes.pairs} groups of two files cannot do without`,
      finishes: finishes.filter((one) => one.name === 'cp -r' || one.failed),
      figures: figures(cpuMs, finishes.flatMap((one) => (one.name === 'cp -r' ? [summary(one.spent, 'wallMs').best] : []))),
    })]
  },
}

type Place = { readonly delivery: string; readonly folder: string; readonly ledger: string }

const contender = (part: string, { delivery, folder, ledger }: Place, cpuMs: Map<string, number[]>): Contender => {
  const own = join(folder, part)
  return {
    name: part,
    order: { command: [process.execPath, join(import.meta.dir, '../floor-part.ts'), part, delivery, own, ledger], cwd: folder },
    before: () => void mkdirSync(own),
    after: () => {
      cpuMs.set(part, [...(cpuMs.get(part) ?? []), Number(readFileSync(join(own, 'cpu'), 'utf8'))])
      rmSync(own, { recursive: true })
    },
  }
}

const figures = (cpuMs: ReadonlyMap<string, readonly number[]>, [copyMs]: readonly number[]): Figure[] => {
  const best = Object.entries(parts).map(([part, what]) => ({ what, value: Math.min(...(cpuMs.get(part) ?? [])) }))
  const processors = availableParallelism()
  const all = best.reduce((sum, one) => sum + one.value, 0) / processors
  return [
    ...best.map(({ what, value }): Figure => ({ what, value, unit: 'ms', limit: null })),
    { what: `all of it, spread evenly over ${processors} processors`, value: all, unit: 'ms', limit: null },
    ...(copyMs === undefined ? [] : [{ what: 'that, beside cp -r', value: all / copyMs, unit: '×', limit: null } as const]),
  ]
}
