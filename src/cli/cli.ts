import type { Command } from './command.ts'
import { dbInit } from './db-init.ts'
import { init } from './init.ts'
import { run } from './run.ts'

/** Every command, in the order in which `--help` lists them. */
export const commands: readonly Command[] = [
  init,
  dbInit,
  run,
]
