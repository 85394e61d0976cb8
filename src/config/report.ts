import type { Problem } from './problem.ts'
import type { TomlFile } from './toml.ts'
import type { TomlPath } from './toml-lines.ts'

/** Where problems of a file are written down while it is checked. */
export type Report = {
  readonly problems: Problem[]
  /** Notes a mistake: `watch[0].name` and then what is wrong with it. */
  at(path: TomlPath, what: string): void
}

export const reportFor = (
  { name, lineOf }: Pick<TomlFile, 'name' | 'lineOf'>,
  problems: Problem[] = [],
): Report => ({
  problems,
  at: (path, what) =>
    problems.push({ file: name, line: lineOf(path), message: `${showPath(path)} ${what}`.trim() }),
})

/** `watch[0].name`, `"my rules".selection[1]` */
export const showPath = (path: TomlPath): string => {
  let shown = ''
  for (const step of path) {
    if (typeof step === 'number') shown += `[${step}]`
    else shown += `${shown === '' ? '' : '.'}${/^[\w-]+$/.test(step) ? step : JSON.stringify(step)}`
  }
  return shown
}
