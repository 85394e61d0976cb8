import { resolve } from 'node:path'
import { showText } from '../domain/show.ts'
import { command, exit } from './command.ts'
import { comparedLines } from './db-copy.ts'

/** A copy of the ledger in a file of its own, which nothing is replaced for. */
export const dbBackup = command({
  usage: 'db backup <file>',
  summary: 'Write the ledger to a file of its own, in SQLite, and check that it is whole',
  async run(args, io) {
    const { clock } = await import('../compose.ts')
    const { backUpProject } = await import('../compose/copying.ts')
    const { openProgress } = await import('../edges/progress.ts')
    const file = resolve(io.cwd, args.positional[0] ?? '')
    const progress = await openProgress('backing up', clock, io.isTerminal)
    try {
      const copied = await backUpProject({ ...io, onProgress: progress.update }, file)
      progress.stop()
      io.out(`Backed up to ${showText(file)}, and checked.\n`)
      if (copied !== null) io.out(comparedLines(copied).map((line) => `${line}\n`).join(''))
      return exit.ok
    } finally {
      progress.stop()
    }
  },
})
