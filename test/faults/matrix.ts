import type { Scenario } from './corpus.ts'
import { openProject, type RunEnd } from './project.ts'
import { strikes, trace, type Call } from './strace.ts'
import { componentsIn, outcomeOf, settleDown, wrongsAtOnce, wrongsInTheEnd, type Wrongs } from './verdict.ts'

/** What came of many faults, one at a time. */
export type Tally = {
  injected: number
  /** Those that the program came to; the others were for calls that it did not make this time. */
  struck: number
  readonly failures: { readonly fault: string; readonly at: string; readonly wrongs: Wrongs }[]
}

export const newTally = (): Tally => ({ injected: 0, struck: 0, failures: [] })

type Strike = { readonly name: string; readonly when: number }
export type Choose = (all: readonly Strike[]) => readonly Strike[]

/** Every `n`-th of them, beginning with a different one for each scenario. */
export const oneIn = (n: number, first = 0): Choose => (all) => all.filter((_, index) => index % n === first % n)

/** Kills the program before the chosen calls of a scenario, one run a call, and looks what that did. */
export const killAt = (root: string, scenario: Scenario, choose: Choose, tally: Tally): void =>
  strikeAt(root, scenario, tally, (all) => choose(all).map((one) => `${one.name}:signal=SIGKILL:when=${one.when}`))

/** The errors that each call is answered with. EINVAL: the file system cannot rename without replacing. */
const errors: Readonly<Record<string, readonly string[]>> = {
  EIO: ['fsync', 'syncfs', 'renameat2', 'pwrite64', 'openat', 'mkdir', 'unlink', 'rename', 'fchmod', 'utimensat', 'ioctl'],
  ENOSPC: ['pwrite64', 'mkdir', 'openat', 'renameat2', 'write', 'ioctl'],
  EACCES: ['mkdir', 'openat', 'renameat2', 'rename', 'unlink'],
  EROFS: ['mkdir', 'openat', 'renameat2', 'rename', 'unlink'],
  EINVAL: ['renameat2', 'ioctl'],
  EOPNOTSUPP: ['ioctl'],
  EEXIST: ['renameat2'],
}

/** Answers the chosen calls with each error that they may give. */
export const failAt = (root: string, scenario: Scenario, choose: Choose, tally: Tally): void =>
  strikeAt(root, scenario, tally, (all) => Object.entries(errors).flatMap(([error, names]) =>
    choose(all.filter((one) => names.includes(one.name))).map((one) => `${one.name}:error=${error}:when=${one.when}`)))

/** The two kinds of faults. */
export const ways = ['killed', 'errors'] as const
export type Way = (typeof ways)[number]

/** What came of one kind of faults in one scenario. */
export const tallyOf = (way: Way, root: string, scenario: Scenario, choose: Choose): Tally => {
  const tally = newTally()
  const strike = { killed: killAt, errors: failAt }[way]
  strike(root, scenario, choose, tally)
  return tally
}

export const addTo = (sum: Tally, more: Tally): void => {
  sum.injected += more.injected
  sum.struck += more.struck
  sum.failures.push(...more.failures)
}

const strikeAt = (
  root: string, scenario: Scenario, tally: Tally, injectionsOf: (all: readonly Strike[]) => readonly string[],
): void => {
  const project = openProject(root, scenario)
  project.restore()
  const { calls, exitCode } = trace(root)
  const wrong = [...(exitCode === 0 ? [] : [`the run without a fault ended with ${exitCode}`]), ...settleDown(root)]
  if (wrong.length > 0) throw new Error(wrong.join('\n'))
  const expected = outcomeOf(root)
  for (const injection of injectionsOf(strikes(root, calls))) {
    project.restore()
    const end = trace(root, injection)
    const struck = end.calls.filter((call) => call.isStruck)
    tally.injected += 1
    if (!end.killed && struck.length === 0) continue
    tally.struck += 1
    const now = [...wrongsAtOnce(root, scenario), ...(end.killed ? [] : wrongsOfFault(root, scenario, end, struck))]
    const later = settleDown(root)
    const wrongs = [...now, ...later, ...(later.length > 0 ? [] : wrongsInTheEnd(root, expected))]
    const at = (struck[0] ?? end.calls.at(-1))?.text ?? ''
    if (wrongs.length > 0) tally.failures.push({ fault: `${scenario.name}: ${injection}`, at, wrongs })
  }
}

/** Trouble of an archive or of a source is that of single groups: the pass has done its work. Each tells where, and what
 *  to do. Trouble of the ledger ends the pass. */
const wrongsOfFault = (
  root: string, { before }: Scenario, { exitCode, stderr }: RunEnd, struck: readonly Call[],
): Wrongs => {
  const isTree = struck.every(({ text }) => text.includes(`${root}/archive`) || text.includes(`${root}/delivery`))
  const rows = componentsIn(root)
  const isOnePut = Object.keys(before).length === 0
  return [
    ...(isOnePut && struck.some(isSync) ? rows : []).filter((row) => row.status === 'archived')
      .map((row) => `recorded after a failed sync: ${row.source_path}`),
    ...(isTree && exitCode !== 0 ? [`exit ${exitCode}: ${stderr}`] : []),
    ...(/\n\s+at /.test(stderr) ? [`a stack trace: ${stderr}`] : []),
    ...rows.filter((row) => row.status === 'retry_pending' && !isHelpful(row.error_message, root))
      .map((row) => `no place or no remedy: ${row.error_message}`),
  ]
}

/** It names a place and, after a semicolon, a remedy. What a plugin throws is told with its file and line, in its words. */
const isHelpful = (message: string | null, root: string): boolean =>
  message?.includes(root) === true && (message.includes('; ') || /^plugins\/\S+:\d+ /.test(message))

/** Of something that was to be archived. */
const isSync = ({ name, text }: Call): boolean => /^(fsync|syncfs)$/.test(name) && text.includes('/archive')

/** How many failures speak of it. */
export const countOf = (word: string, { failures }: Tally): number =>
  failures.filter(({ wrongs }) => wrongs.some((one) => one.startsWith(word))).length

export const sumOf = (tally: Tally): string => {
  const words = { lost: 'lost', doubled: 'archive: too much', partial: 'part of a file' }
  const found = Object.entries(words).map(([name, word]) => `${countOf(word, tally)} ${name}`)
  const { injected, struck, failures } = tally
  return `${injected} faults, ${struck} struck, ${failures.length} left something wrong: ${found.join(', ')}`
}

/** The failures one by one, and the counts. */
export const report = (tally: Tally): string =>
  tally.failures.map(({ fault, at, wrongs }) => [fault, `at ${at.slice(0, 200)}`, ...wrongs.slice(0, 6)].join('\n  ') + '\n')
    .join('') + sumOf(tally)
