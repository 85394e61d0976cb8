import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { firstPass, raceOf, type Bench, type Context } from '../bench.ts'
import { writePairs } from '../corpora.ts'
import { copyPeers } from '../peers.ts'
import { makeProject, type Project } from '../project.ts'
import { pythonFinish } from '../python.ts'
import type { Contender } from '../race.ts'
import { result, type Figure, type Result } from '../result.ts'
import type { PlaceName } from '../workshop.ts'

/** Groups of two small files, with metadata, digests and ledger, beside copying alone. */
export const mainJob: Bench = {
  name: 'main-job',
  summary: 'many groups of two small files, metadata and ledger included, beside cp -r',
  run: async (context) => {
    const results: Result[] = []
    for (const place of context.workshop.places) results.push(await at(place, context))
    return results
  },
}

const at = async (place: PlaceName, context: Context): Promise<Result> => {
  const { sizes, workshop } = context
  const { pairs } = sizes
  const folder = workshop.folder(place, 'main-job')
  const delivery = join(folder, 'delivery')
  context.tell(`writing ${pairs} pairs`)
  writePairs(delivery, pairs)
  const { peers, missing } = copyPeers({ from: delivery, folder, files: 2 * pairs, place })
  const projects = (['full', 'none'] as const).map((durability) => [
    `carbonation, durability ${durability}`, makeProject(join(folder, durability), { delivery, groups: 'pairs', durability }),
  ] as const)
  const perFile: number[] = []
  const own = projects.map(([name, project]) =>
    weighing(firstPass(name, project, 2 * pairs, { ...context, place }), project, 2 * pairs, perFile))
  const finishes = await raceOf([...own, ...peers], context)
  const remarks = missing.map((tool) => `${tool} is not installed`)
  if (place === 'tmpfs') {
    const python = { folder: workshop.folder(place, 'python'), groups: sizes.pythonGroups, toldFor: pairs }
    finishes.push(await pythonFinish({ ...python, ...context }))
  }
  rmSync(folder, { recursive: true })
  return result({
    bench: 'main-job', place, title: `${pairs} groups of 300 B JSON + 4 KiB, metadata and ledger included`, finishes,
    base: 'cp -r', remarks, figures: weight(perFile),
    limits: place === 'tmpfs' ? [{ of: 'carbonation, durability full', times: 2, plusMs: 0 }] : [],
  })
}

/** Also notes how much of the database falls to each file. */
const weighing = (contender: Contender, project: Project, files: number, perFile: number[]): Contender => ({
  ...contender,
  after: async () => {
    perFile.push(statSync(project.database).size / files)
    await contender.after?.()
  },
})

const weight = (perFile: readonly number[]): Figure[] =>
  perFile.length === 0 ? [] : [{ what: 'database for each file', value: Math.max(...perFile), unit: 'B', limit: null }]
