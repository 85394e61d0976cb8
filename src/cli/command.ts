import { Fault } from '../domain/fault.ts'

/** Exit codes: done; it could not be done, or something wrong was found; wrong usage. */
export const exit = { ok: 0, failed: 1, usage: 2 } as const

/** What a command gets of the process it runs in. */
export type Io = {
  /** Results. */
  readonly out: (text: string) => void
  /** Everything else. */
  readonly err: (text: string) => void
  /** Whether results go to a terminal. */
  readonly isTerminal: boolean
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly configPath: string
  readonly version: string
  /** Aborted by SIGTERM and SIGINT. */
  readonly signal: AbortSignal
  /** User and command line, for events that record a person's decision. */
  readonly actor: string
}

/** The arguments of one call, exactly as they were typed. */
export type Args = {
  readonly positional: readonly string[]
  flag(name: string): boolean
  text(name: string): string | undefined
  list(name: string): readonly string[]
  /** Options that the command does not list, where it takes such: name and values. */
  readonly others: ReadonlyMap<string, readonly (string | true)[]>
}

/** One command: argv in, exit code out. */
export type Command = {
  /** Its words and positional arguments, such as `query files` or `check-rules <file>`. */
  readonly usage: string
  readonly summary: string
  readonly aliases?: readonly string[]
  /** `--watch-name <name>` takes a value, `--columns <a,b…>` with `…` may be repeated, `--once` is a flag. */
  readonly options?: Readonly<Record<string, string>>
  /** Options that only the project's plugin knows are allowed. */
  readonly dynamicOptions?: boolean
  /** It may work on many files: the engine is tuned for that before it begins. */
  readonly worksLong?: boolean
  run(args: Args, io: Io): Promise<number>
}

export const command = (definition: Command): Command => definition

/** Wrong usage: exit 2. */
export class UsageFault extends Fault {}
