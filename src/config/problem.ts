import { Fault } from '../domain/fault.ts'

/** One mistake in a file: where, and what in the operator's words. */
export type Problem = { readonly file: string; readonly line: number; readonly message: string }

/** A file that was read: its name as people call it, and what stands in it. */
export type Source = { readonly name: string; readonly text: string }

/** `config.toml:12  service.retry_delay must be …`, on one line whatever characters the file holds. */
export const showProblem = ({ file, line, message }: Problem): string =>
  `${file}:${line}  ${shortened(message).replace(/[\0-\x1f\x7f]/g, (one) => JSON.stringify(one).slice(1, -1))}`

/** A value or a key that is quoted may be as long as the file. */
const shortened = (message: string): string =>
  message.length <= longestMessage ? message : `${message.slice(0, longestMessage)}…`

const longestMessage = 1000

/** So many mistakes of one file can be read; more of them are only counted. */
const mostProblems = 200

/** Everything that is wrong with config.toml, rules.toml and secrets.toml, file by file in the order of their
 *  lines; of very many the first ones. */
export class ConfigFault extends Fault {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    const sorted = readable(inFileOrder(problems))
    super(sorted.map(showProblem).join('\n'))
    this.name = 'ConfigFault'
    this.problems = sorted
  }
}

const readable = (problems: readonly Problem[]): readonly Problem[] => {
  const next = problems[mostProblems]
  if (next === undefined) return problems
  const message = `here and below are ${problems.length - mostProblems} more mistakes`
  return [...problems.slice(0, mostProblems), { ...next, message }]
}

/** Files in the order in which they first occur, lines ascending, equal ones once. */
export const inFileOrder = (problems: readonly Problem[]): readonly Problem[] => {
  const files = [...new Set(problems.map((problem) => problem.file))]
  const once = new Map(problems.map((problem) => [showProblem(problem), problem]))
  return [...once.values()].sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line)
}

/** Does the work; where it throws a ConfigFault, notes its problems and gives null. */
export const gather = <Value>(problems: Problem[], work: () => Value): Value | null => {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error
    problems.push(...error.problems)
    return null
  }
}
