import { parseArgs } from 'node:util'
import { fullSizes, quickSizes, type Sizes } from './sizes.ts'

export type Options = {
  readonly sizes: Sizes
  /** The compiled program. */
  readonly program: string
  /** Empty: all of them. */
  readonly only: readonly string[]
  readonly places: readonly string[]
  readonly json: string | null
  readonly against: string | null
}

export const usage = `npm run bench -- [options]

  --only NAME      Only this bench; may be given several times (--list names them)
  --place NAME     Only "tmpfs" or only "disk"
  --runs N         Runs of each contender (5)
  --quick          Small corpora, 2 runs: whether everything works, not how fast it is
  --huge           Also 1,000,000 known files, bursts of 50,000, ten minutes of 500 files a second, 300,000 files through the service
  --python GROUPS  How many groups the Python package is given (500; 0 leaves it out)
  --program FILE   Another binary than dist/carbonation
  --json FILE      Writes every single run, too
  --against FILE   Compares with what --json wrote earlier
  --list           The names of the benches`

/** Refuses with a sentence what it does not know. */
export const parseOptions = (argv: readonly string[], defaultProgram: string): Options | 'help' | 'list' => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string', multiple: true }, place: { type: 'string', multiple: true }, runs: { type: 'string' },
      quick: { type: 'boolean' }, huge: { type: 'boolean' }, python: { type: 'string' }, program: { type: 'string' },
      json: { type: 'string' }, against: { type: 'string' }, list: { type: 'boolean' }, help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return 'help'
  if (values.list) return 'list'
  const sizes = values.quick ? quickSizes : fullSizes
  return {
    sizes: {
      ...sizes,
      runs: whole('--runs', values.runs, 1) ?? sizes.runs,
      pythonGroups: whole('--python', values.python, 0) ?? sizes.pythonGroups,
      ...(values.huge ? hugeOf(sizes) : {}),
    },
    program: values.program ?? defaultProgram,
    only: values.only ?? [],
    places: values.place ?? [],
    json: values.json ?? null,
    against: values.against ?? null,
  }
}

const hugeOf = ({ known, bursts }: Sizes): Partial<Sizes> =>
  ({ known: [...known, 1_000_000], bursts: [...bursts, 50_000], streamSeconds: 600, tinyFiles: 1_000_000, steadyRounds: 300, engineComponents: 2_000_000 })

const whole = (name: string, text: string | undefined, least: number): number | null => {
  if (text === undefined) return null
  const number = Number(text)
  if (!Number.isInteger(number) || number < least) throw new Error(`${name} must be a whole number from ${least} on, was "${text}"`)
  return number
}
