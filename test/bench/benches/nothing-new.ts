import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { raceOf, type Bench, type Context } from '../bench.ts'
import { writePairs, writeTinyFiles, writeWideTree } from '../corpora.ts'
import { findPeer } from '../peers.ts'
import { makeProject, type ProjectOptions } from '../project.ts'
import { result, type Result } from '../result.ts'
import { spend } from '../spend.ts'
import type { PlaceName } from '../workshop.ts'

/** The pass that cron starts every few minutes and that mostly finds nothing. */
export const nothingNew: Bench = {
  name: 'nothing-new',
  summary: 'a pass in which every file is known, beside find -printf',
  run: async (context) => {
    const { pairs, tinyFiles, wideFiles } = context.sizes
    const results: Result[] = []
    for (const place of context.workshop.places) {
      results.push(
        await over(place, context, {
          bench: 'nothing-new', files: 2 * pairs, groups: 'pairs', write: (directory) => writePairs(directory, pairs), times: 3,
        }),
        await over(place, context, {
          bench: 'nothing-new-tiny', files: tinyFiles, groups: 'singles',
          write: (directory) => writeTinyFiles(directory, tinyFiles), times: 2,
        }),
        await over(place, context, {
          bench: 'nothing-new-wide', files: wideFiles, groups: 'singles',
          write: (directory) => writeWideTree(directory, wideFiles), times: 0,
        }),
      )
    }
    return results
  },
}

type Tree = {
  readonly bench: string
  readonly files: number
  readonly groups: ProjectOptions['groups']
  readonly write: (directory: string) => void
  /** So many times what `find` takes, on tmpfs, and the start; 0: no aim. */
  readonly times: number
}

/** A million files take some minutes. */
const firstPassLimitMs = 1_800_000

const over = async (place: PlaceName, context: Context, { bench, files, groups, write, times }: Tree): Promise<Result> => {
  const { program, workshop, tell } = context
  const folder = workshop.folder(place, bench)
  const delivery = join(folder, 'delivery')
  tell(`writing ${files} files`)
  write(delivery)
  const project = makeProject(folder, { delivery, groups })
  const order = { command: [program, 'run', '--once'], cwd: folder }
  tell(`archiving ${files} files, so that they are known`)
  const first = await spend({ ...order, limitMs: firstPassLimitMs }, workshop)
  project.requireArchived(files)
  const finishes = await raceOf([{ name: 'carbonation', order }, findPeer(delivery, folder)], context)
  rmSync(folder, { recursive: true })
  return result({
    bench, place, title: `a pass with nothing new over ${files} known files`, finishes, base: 'find -printf',
    limits: place === 'tmpfs' && times > 0 ? [{ of: 'carbonation', times, plusMs: 150 }] : [],
    remarks: [`the first pass took ${(first.wallMs / 1000).toFixed(2)} s`],
  })
}
