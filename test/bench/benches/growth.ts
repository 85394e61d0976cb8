import { copyFileSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { raceOf, type Bench, type Context } from '../bench.ts'
import { writeFiles } from '../corpora.ts'
import { fillLedger } from '../fill-ledger.ts'
import { makeProject } from '../project.ts'
import type { Contender, Finish } from '../race.ts'
import { result, type Figure } from '../result.ts'
import { spend } from '../spend.ts'
import { summary } from '../statistics.ts'
import type { PlaceName } from '../workshop.ts'

/** Whether a new file costs more where many are known. */
export const growth: Bench = {
  name: 'growth',
  summary: 'the cost of a new file at few and at many known ones',
  run: async (context) => {
    const place = context.workshop.places[0] ?? 'disk'
    const contenders: Contender[] = []
    const figures: Figure[] = []
    for (const known of context.sizes.known) {
      const { pair, bytesPerFile } = await withKnown(known, place, context)
      contenders.push(...pair)
      figures.push({ what: `database for each of ${known} files`, value: bytesPerFile, unit: 'B', limit: null })
    }
    const finishes = await raceOf(contenders, context)
    rmSync(context.workshop.folder(place, 'growth'), { recursive: true })
    return [result({
      bench: 'growth', place, title: `${context.sizes.newFiles} new files of 1 KiB beside known ones`, finishes,
      figures: [...context.sizes.known.flatMap((known) => costOf(known, finishes, context.sizes.newFiles)), ...figures],
      remarks: ['a pass with nothing new is taken off; what is known is in the ledger and not in delivery any more'],
    })]
  },
}

const names = (known: number) => ({ idle: `${known} known, nothing new`, busy: `${known} known, new files` })

/** Two projects with the same ledger: nothing in delivery, and new files in it. */
const withKnown = async (known: number, place: PlaceName, context: Context): Promise<{ pair: Contender[]; bytesPerFile: number }> => {
  const { program, workshop, tell, sizes } = context
  const folder = join(workshop.folder(place, 'growth'), String(known))
  const template = join(folder, 'template.db')
  const make = (name: string, files: number) => {
    const delivery = join(folder, name, 'delivery')
    mkdirSync(delivery, { recursive: true })
    writeFiles(delivery, files, 1024)
    return makeProject(join(folder, name), { delivery, groups: 'singles' })
  }
  const busy = make('busy', sizes.newFiles)
  const idle = make('idle', 0)
  await spend({ command: [program, 'db', 'init'], cwd: idle.folder }, workshop)
  tell(`writing ${known} components into a ledger`)
  fillLedger(idle.database, known)
  copyFileSync(idle.database, template)
  const pair = ([['idle', idle, 0], ['busy', busy, sizes.newFiles]] as const).map(([kind, project, files]): Contender => ({
    name: names(known)[kind],
    order: { command: [program, 'run', '--once'], cwd: project.folder },
    before: () => {
      project.reset()
      copyFileSync(template, project.database)
    },
    after: () => {
      if (files > 0) project.requireArchived(files)
    },
  }))
  return { pair, bytesPerFile: statSync(template).size / known }
}

const costOf = (known: number, finishes: readonly Finish[], files: number): Figure[] => {
  const spentOf = (name: string) => finishes.find((one) => one.name === name)?.spent ?? []
  const { idle, busy } = names(known)
  return (['wallMs', 'cpuMs'] as const).map((of) => ({
    what: `a new file at ${known} known, ${of === 'wallMs' ? 'wall' : 'CPU'}`,
    value: ((summary(spentOf(busy), of).median - summary(spentOf(idle), of).median) * 1000) / files, unit: 'µs', limit: null,
  }))
}
