import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { raceOf, type Bench, type Context } from '../bench.ts'
import { fillLedger } from '../fill-ledger.ts'
import { makeProject } from '../project.ts'
import { result, type Result } from '../result.ts'
import { spend } from '../spend.ts'

/** What a person waits for at the shell. */
export const asking: Bench = {
  name: 'asking',
  summary: 'status and query files, on a small database and on a large one',
  run: async (context) => [
    await on(1000, 150, 'asking-small', context),
    await on(context.sizes.askedComponents, 300, 'asking-large', context),
    await on(2 * context.sizes.askedComponents, 300, 'asking-groups', context),
  ],
}

const questions = [
  ['status'],
  ['query', 'files', '--limit', '10'],
  ['query', 'files', '--category', 'c3', '--limit', '10'],
  ['query', 'files', '--watch-name', 'bench', '--order-by', '-created_at', '--limit', '10'],
  ['query', 'files', '--daterange', '2026-03-01/2026-03-02', '--order-by', '-start', '--limit', '10'],
  ['query', 'files', '--group-key', 'k00000007'],
  ['query', 'files', '--count'],
  ['query', 'components', '--status', 'failed'],
]

const on = async (components: number, limitMs: number, bench: string, context: Context): Promise<Result> => {
  const { program, workshop, tell } = context
  const folder = workshop.folder('disk', bench)
  const delivery = join(folder, 'delivery')
  mkdirSync(delivery)
  const project = makeProject(folder, { delivery, groups: 'pairs' })
  await spend({ command: [program, 'db', 'init'], cwd: folder }, workshop)
  tell(`writing ${components} components into a ledger`)
  fillLedger(project.database, components)
  const contenders = questions.map((words) => ({ name: words.join(' '), order: { command: [program, ...words], cwd: folder } }))
  const finishes = await raceOf(contenders, context, 2 * context.sizes.runs)
  rmSync(folder, { recursive: true })
  return result({
    bench, place: 'disk', title: `questions to a ledger of ${components} components in ${components / 2} groups`, finishes,
    limits: contenders.map(({ name }) => ({ of: name, times: 0, plusMs: limitMs })),
  })
}
