/** `npm run bench`: what the program costs, beside its peers, in one run. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Bench, Context } from './bench.ts'
import { asking } from './benches/asking.ts'
import { engines } from './benches/engines.ts'
import { floor } from './benches/floor.ts'
import { growth } from './benches/growth.ts'
import { largeFile, mebibyteFiles } from './benches/large-files.ts'
import { latency } from './benches/latency.ts'
import { mainJob } from './benches/main-job.ts'
import { memory } from './benches/memory.ts'
import { nothingNew } from './benches/nothing-new.ts'
import { steady } from './benches/steady.ts'
import { startUp } from './benches/start-up.ts'
import { parseOptions, usage, type Options } from './options.ts'
import { result, type Result } from './result.ts'
import { comparison, machine, readSaved, save } from './saved.ts'
import { tableOf } from './table.ts'
import { isDiskInMemory, openWorkshop } from './workshop.ts'

const benches: readonly Bench[] = [
  mainJob, floor, mebibyteFiles, largeFile, nothingNew, startUp, asking, latency, growth, memory, steady, engines,
]

const main = async (argv: readonly string[]): Promise<number> => {
  const options = parseOptions(argv, join(import.meta.dir, '../../dist/carbonation'))
  if (options === 'help') console.log(usage)
  else if (options === 'list') for (const { name, summary } of benches) console.log(`${name.padEnd(16)}${summary}`)
  else return measure(options)
  return 0
}

/** 1 where something could not be measured: a bench that broke off, or a contender that failed. */
const measure = async (options: Options): Promise<number> => {
  const earlier = options.against === null ? null : readSaved(options.against)
  const program = resolve(options.program)
  if (!existsSync(program)) throw new Error(`there is no ${program}; npm run build makes dist/carbonation`)
  const workshop = openWorkshop(options.places)
  try {
    const results = await runAll(chosen(options.only), { sizes: options.sizes, program, workshop, tell: () => undefined })
    const now = { at: new Date().toISOString(), machine: machine(), results }
    console.log(`${tableOf(results)}\n${placesRemark(workshop.places)}`)
    if (earlier !== null) console.log(comparison(earlier, now))
    if (options.json !== null) save(options.json, now)
    return results.every(isMeasured) ? 0 : 1
  } finally {
    workshop.close()
  }
}

const isMeasured = ({ finishes, figures }: Result): boolean =>
  finishes.length + figures.length > 0 && !finishes.some((one) => one.failed)

const chosen = (only: readonly string[]): readonly Bench[] => {
  const unknown = only.filter((name) => !benches.some((one) => one.name === name))
  if (unknown.length > 0) throw new Error(`there is no bench ${unknown.join(', ')}; --list names them`)
  return only.length === 0 ? benches : benches.filter((one) => only.includes(one.name))
}

/** A bench that breaks off says why, and the others go on. */
const runAll = async (wanted: readonly Bench[], context: Context): Promise<Result[]> => {
  const results: Result[] = []
  for (const bench of wanted) {
    try {
      results.push(...await bench.run({ ...context, tell: (text) => tell(`${bench.name}: ${text}`) }))
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      results.push(result({ bench: bench.name, place: '-', title: bench.summary, remarks: [`broke off: ${reason}`] }))
    }
  }
  tell('')
  return results
}

/** One line that is written over on a terminal, else a line each. */
const tell = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`)
  else if (text !== '') process.stderr.write(`${text}\n`)
}

const placesRemark = (places: readonly string[]): string => {
  if (!places.includes('tmpfs')) return 'there was no tmpfs: the budget speaks of one\n'
  return isDiskInMemory() ? 'what is called disk is in memory here: set TMPDIR\n' : ''
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 2
}
