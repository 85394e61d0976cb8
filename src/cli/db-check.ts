import { showText } from '../domain/show.ts'
import type { LedgerCheck } from '../store/check-ledger.ts'
import { command, exit, type Io } from './command.ts'

/** Every row is looked at; anything that breaks the ledger is an alarm. */
export const dbCheck = command({
  usage: 'db check',
  summary: 'Look at every row of the ledger, and say what breaks its rules',
  options: { '--json': 'As JSON' },
  async run(args, io) {
    const { clock, openConfig, openDatabase } = await import('../compose.ts')
    const { checkLedger } = await import('../store/check-ledger.ts')
    const config = openConfig(io)
    const sql = await openDatabase(config, { readonly: true })
    try {
      const found = await checkLedger(sql, {
        now: clock.now(), staleMs: config.service.staleThresholdMs, progress: await progressOn(io),
      })
      io.out(args.flag('json') ? `${JSON.stringify(found, null, 2)}\n` : `${showCheck(found).join('\n')}\n`)
      return found.broken.length === 0 ? exit.ok : exit.failed
    } finally {
      await sql.close()
    }
  },
})

const showCheck = ({ components, groups, broken }: LedgerCheck): readonly string[] => {
  const head = `Looked at ${components} components in ${groups} groups: ${broken.length === 0 ? 'nothing is wrong' : 'something is wrong'}.`
  return [head, ...broken.flatMap((one) => [
    `${one.count} ${one.rule}: ${one.means}`,
    ...one.examples.map(({ id, name }) => `  ${id === 0 ? '' : `${id}  `}${showText(name)}`),
    ...(one.count > one.examples.length ? [`  … and ${one.count - one.examples.length} more`] : []),
  ])]
}

/** A line that is drawn again and again, on a terminal only; gone when it is done. */
const progressOn = async (io: Io): Promise<(done: number, of: number) => void> => {
  if (!io.isTerminal) return () => undefined
  return (done, of) => io.err(done >= of ? '\r\x1b[K' : `\r${Math.floor((100 * done) / of)} % looked at`)
}
