import { Fault } from '../domain/fault.ts'
import { showJson, showText } from '../domain/show.ts'
import type { LedgerCheck } from '../store/check-ledger.ts'
import type { Clock } from '../world.ts'
import { command, exit, type Io } from './command.ts'

/** Every row is looked at; anything that breaks the ledger is an alarm. */
export const dbCheck = command({
  usage: 'db check',
  summary: 'Look at the database, at every row of the ledger and at the schema, and say what is wrong',
  options: { '--json': 'As JSON' },
  async run(args, io) {
    const { clock, openConfig, openDatabase, openProjectPlugins } = await import('../compose.ts')
    const { checkLedger } = await import('../store/check-ledger.ts')
    const { drift } = await import('../service/drift.ts')
    const config = await openConfig(io)
    const sql = await openDatabase(config, { readonly: true })
    try {
      const ledger = await checkLedger(sql, {
        now: clock.now(), staleMs: config.service.staleThresholdMs, progress: progressOn(io, clock),
      })
      const found = { ...ledger, broken: [...ledger.broken, ...await drift(sql, () => openProjectPlugins(config, io))] }
      io.out(args.flag('json') ? `${showJson(JSON.stringify(found, null, 2))}\n` : `${showCheck(found).join('\n')}\n`)
      return found.broken.length === 0 ? exit.ok : exit.failed
    } finally {
      await sql.close()
    }
  },
})

const showCheck = ({ components, groups, broken }: LedgerCheck): readonly string[] => {
  const verdict = broken.length === 0 ? 'nothing is wrong' : 'something is wrong'
  return [`Looked at ${components} components in ${groups} groups: ${verdict}.`, ...broken.flatMap((one) => [
    `${one.count} ${one.rule}: ${one.means}`,
    ...one.examples.map(({ id, name }) => `  ${id === 0 ? '' : `${id}  `}${showText(name)}`),
    ...(one.count > one.examples.length ? [`  … and ${one.count - one.examples.length} more`] : []),
  ])]
}

/** A line that is drawn again and again, on a terminal only; gone when it is done. Each time the machine may say that
 *  it is to stop. */
const progressOn = (io: Io, clock: Clock) => async (done: number, of: number): Promise<void> => {
  await clock.sleep(0)
  if (io.isTerminal) io.err(done >= of ? '\r\x1b[K' : `\r${Math.floor((100 * done) / of)} % looked at`)
  if (io.signal.aborted) throw new Fault('the check was stopped; what it did not look at may be wrong')
}
