import { statSync } from 'node:fs'
import { Fault } from '../domain/fault.ts'
import { fsPath, showPath, type Path } from '../domain/path.ts'
import { codeOf, diskFault } from './disk-errors.ts'
import { scriptTrouble } from './script-trouble.ts'

export type ScriptRun = {
  /** Absolute. */
  readonly path: Path
  readonly args: readonly string[]
  /** Takes what the script died of, a text with line ends. */
  readonly complain: (text: string) => void
}

/** Runs a program of the user in this thread until nothing of it is left to do, as Bun itself would:
 *  `process.argv` is its own, signals end it, and its exit code is given. What it throws is told with file
 *  and line and gives 1. */
export const runScript = async ({ path, args, complain }: ScriptRun): Promise<number> => {
  requireFile(path)
  process.argv.splice(0, process.argv.length, process.execPath, path, ...args)
  for (const signal of ['SIGTERM', 'SIGINT']) process.removeAllListeners(signal)
  const { promise, resolve } = Promise.withResolvers<number>()
  const die = async (thrown: unknown) => {
    complain(await scriptTrouble(path, thrown))
    resolve(1)
  }
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, (thrown: unknown) => {
      if (process.listenerCount(event) === 1) void die(thrown)
    })
  }
  let isLoaded = false
  import(path).then(() => (isLoaded = true), die)
  process.once('beforeExit', () => {
    if (!isLoaded) return void die('it waits for something that never comes')
    resolve(Number(process.exitCode ?? 0))
  })
  return promise
}

const requireFile = (path: Path): void => {
  try {
    if (statSync(fsPath(path)).isFile()) return
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') throw diskFault(error, 'cannot read', path)
    throw new Fault(`there is no script ${showPath(path)}`, { remedy: 'give the path of a TypeScript file' })
  }
  throw new Fault(`${showPath(path)} is not a file`, { remedy: 'give the path of a TypeScript file' })
}
