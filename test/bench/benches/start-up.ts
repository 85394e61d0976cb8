import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { raceOf, type Bench } from '../bench.ts'
import { result } from '../result.ts'
import { spend } from '../spend.ts'

/** What is paid before anything is done. */
export const startUp: Bench = {
  name: 'start-up',
  summary: '--help and --version, beside an empty program compiled by Bun',
  run: async (context) => {
    const { program, sizes, workshop, tell } = context
    const folder = workshop.folder('disk', 'start-up')
    const empty = join(folder, 'empty')
    tell('compiling an empty program')
    writeFileSync(join(folder, 'empty.ts'), 'export {}\n')
    await spend({ command: [process.execPath, 'build', '--compile', 'empty.ts', `--outfile=${empty}`], cwd: folder }, workshop)
    const contender = (name: string, ...command: string[]) => ({ name, order: { command, cwd: folder } })
    const finishes = await raceOf([
      contender('--help', program, '--help'),
      contender('--version', program, '--version'),
      contender('empty Bun binary', empty),
    ], context, 4 * sizes.runs)
    return [result({
      bench: 'start-up', place: 'disk', title: 'start-up', finishes, base: 'empty Bun binary',
      limits: ['--help', '--version'].map((of) => ({ of, times: 1, plusMs: 10 })),
    })]
  },
}
