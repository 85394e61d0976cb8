import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { firstPass, raceOf, type Bench, type Context } from '../bench.ts'
import { writeFiles, writeLargeFile } from '../corpora.ts'
import { copyPeers } from '../peers.ts'
import { makeProject } from '../project.ts'
import { result, type Result } from '../result.ts'
import type { PlaceName } from '../workshop.ts'

/** Where bytes count more than names. */
export const mebibyteFiles: Bench = {
  name: 'mebibyte-files',
  summary: 'files of 1 MiB, beside cp -r',
  run: (context) => everywhere(context, {
    bench: 'mebibyte-files', files: context.sizes.mebibyteFiles, title: `${context.sizes.mebibyteFiles} files of 1 MiB`,
    write: (directory) => writeFiles(directory, context.sizes.mebibyteFiles, 2 ** 20), base: 'cp -r', times: 0,
  }),
}

export const largeFile: Bench = {
  name: 'large-file',
  summary: 'one large file, beside cp and sha256sum',
  run: (context) => everywhere(context, {
    bench: 'large-file', files: 1, title: `one file of ${context.sizes.largeFileBytes / 2 ** 20} MiB`,
    write: (directory) => writeLargeFile(directory, context.sizes.largeFileBytes), base: 'cp -r, then sha256sum', times: 0.25,
  }),
}

type Job = {
  readonly bench: string
  readonly title: string
  readonly files: number
  readonly write: (directory: string) => void
  readonly base: string
  /** The allowance on tmpfs; 0: none. */
  readonly times: number
}

const everywhere = async (context: Context, job: Job): Promise<Result[]> => {
  const results: Result[] = []
  for (const place of context.workshop.places) results.push(await at(place, context, job))
  return results
}

const at = async (place: PlaceName, context: Context, { bench, title, files, write, base, times }: Job): Promise<Result> => {
  const folder = context.workshop.folder(place, bench)
  const delivery = join(folder, 'delivery')
  context.tell(`writing ${title}`)
  write(delivery)
  const { peers, missing } = copyPeers({ from: delivery, folder, files, place })
  const own = (['full', 'none'] as const).map((durability) => firstPass(
    `carbonation, durability ${durability}`,
    makeProject(join(folder, durability), { delivery, groups: 'singles', durability }), files, { ...context, place },
  ))
  const finishes = await raceOf([...own, ...peers], context)
  rmSync(folder, { recursive: true })
  return result({
    bench, place, title, finishes, base, remarks: missing.map((tool) => `${tool} is not installed`),
    limits: times > 0 && place === 'tmpfs' ? [{ of: 'carbonation, durability full', times, plusMs: 0 }] : [],
  })
}
