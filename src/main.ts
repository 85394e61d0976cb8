import { userInfo } from 'node:os'
import { commands } from './cli/cli.ts'
import { exit, UsageFault, type Io } from './cli/command.ts'
import { parseArgv } from './cli/parse-argv.ts'
import { Fault } from './domain/fault.ts'
import { showPath } from './domain/path.ts'
import { showText } from './domain/show.ts'
import { argvOf } from './edges/argv.ts'
import { standardError, standardOutput } from './edges/standard-streams.ts'

declare const CARBONATION_VERSION: string | undefined

/** argv in, exit code out. */
const main = async (argv: readonly string[]): Promise<number> => {
  const version = typeof CARBONATION_VERSION === 'string' ? CARBONATION_VERSION : 'development'
  const out = standardOutput()
  const err = standardError()
  let stop: AbortSignal | null = null
  try {
    const asked = parseArgv(argv, commands)
    if (asked.is === 'version') out.write(`carbonation ${version}\n`)
    else if (asked.is === 'help') out.write(`${asked.text}\n`)
    else {
      if (asked.command.worksLong) (await import('./edges/engine-for-work.ts')).tuneEngineForWork(process.env)
      const io: Io = {
        out: out.write, err: err.write, isTerminal: process.stdout.isTTY === true, cwd: process.cwd(), env: process.env,
        configPath: asked.configPath, version, actor: actorOf(argv),
        get signal() {
          return (stop ??= stopSignal())
        },
      }
      return await asked.command.run(asked.args, io)
    }
    return exit.ok
  } catch (error) {
    return explain(error, err.write)
  }
}

/** Aborted by the first SIGTERM or SIGINT; a second one ends at once. A command that never asks for it ends at once
 *  by the first. */
const stopSignal = (): AbortSignal => {
  const controller = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(exit.failed)
      controller.abort()
    })
  }
  return controller.signal
}

/** Who decided, and with which words. Bun takes the user's name from the environment, which cron may leave empty. */
const actorOf = (argv: readonly string[]): string => {
  const { username, uid } = userInfo()
  return `${username === 'unknown' || username === '' ? `uid ${uid}` : username}: carbonation ${argv.map(showPath).join(' ')}`
}

/** A fault in the user's terms; anything else is a bug, with its stack and a line that says so. */
const explain = (error: unknown, write: (text: string) => void): number => {
  if (error instanceof Fault) {
    write(`carbonation: ${shownLines(error.message)}\n`)
    if (error.remedy) write(`  ${shownLines(error.remedy)}\n`)
    return error instanceof UsageFault ? exit.usage : exit.failed
  }
  write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  write('carbonation: this is a bug in carbonation, not a mistake of yours; please report it with the lines above\n')
  return exit.failed
}

const shownLines = (text: string): string => text.split('\n').map(showText).join('\n')

// Not awaited at the top: a module that still loads holds back `beforeExit`, by which a script of `exec` ends.
void main(argvOf(process.argv.slice(2))).then((code) => process.exit(code))
