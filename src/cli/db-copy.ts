import { showText } from '../domain/show.ts'
import type { CopiedProject } from '../compose/copying.ts'
import type { Copied } from '../service/copy-ledger.ts'
import { align } from './align.ts'
import { command, exit, UsageFault } from './command.ts'

/** Moves a ledger to another database, of any engine. */
export const dbCopy = command({
  usage: 'db copy',
  summary: 'Copy the ledger into the empty database that another config names, and compare every row',
  options: { '--to <config>': 'The config.toml whose [database] the ledger goes to' },
  async run(args, io) {
    const to = args.text('to')
    if (to === undefined) throw new UsageFault('db copy needs --to', { remedy: 'give another config.toml, whose [database] is empty' })
    const { clock } = await import('../compose.ts')
    const { copyProject } = await import('../compose/copying.ts')
    const { openProgress } = await import('../edges/progress.ts')
    const progress = await openProgress('copying', clock, io.isTerminal)
    try {
      const copied = await copyProject({ ...io, onProgress: progress.update }, to)
      progress.stop()
      io.out(copyText(copied, to))
      return exit.ok
    } finally {
      progress.stop()
    }
  },
})

const copyText = ({ from, to, isAgain, ...copied }: CopiedProject, config: string): string => [
  ...(isAgain ? ['A copy that had not come to its end was begun again.'] : []),
  `Copied the ledger from ${showText(from)} to ${showText(to)}:`,
  ...comparedLines(copied),
  `Work with ${showText(config)} from now on, and no more with the old database: the two are one ledger.`,
].map((line) => `${line}\n`).join('')

/** What was read on both sides and found to be the same. */
export const comparedLines = ({ tables, leftBehind }: Omit<Copied, 'isAgain'>): readonly string[] => [
  ...align([['table', 'rows', 'SHA-256 of the rows, on both sides'], ...tables.map((one) => [one.name, String(one.rows), one.sha256])], '  '),
  ...(leftBehind.length === 0 ? [] : [`Left behind, since they are not the ledger's: ${leftBehind.map(showText).join(', ')}`]),
]
