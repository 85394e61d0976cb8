import { showJson } from '../domain/show.ts'
import { command, exit, type Args, type Io } from './command.ts'
import { Fault } from '../domain/fault.ts'
import type { Config } from '../config/config.ts'
import type { Sql } from '../world.ts'
import type { Answer } from './explain/answer.ts'

/** What happened to one file or group, and why. */
export const explain = command({
  usage: 'explain <what>',
  summary: 'Say what happened to a file or group: a path, a name, a digest, a group key',
  options: {
    '--group-key': 'What is given is a group key, whatever it looks like',
    '--json': 'As JSON',
  },
  async run(args, io) {
    const { clock, openConfig, openDatabase } = await import('../compose.ts')
    const config = await openConfig(io)
    const sql = await openDatabase(config, { readonly: true })
    try {
      const answer = await ask(args, config, sql, io)
      const isKnown = answer.is !== 'unknown' || isExplained(answer)
      if (args.flag('json')) {
        const { answerJson } = await import('./explain/answer-json.ts')
        io.out(`${showJson(JSON.stringify(answerJson(answer), null, 2))}\n`)
      } else {
        const { showAnswer } = await import('./explain/show-answer.ts')
        const { coloursOf } = await import('./colours.ts')
        const write = isKnown ? io.out : io.err
        write(`${showAnswer(answer, clock.now(), await coloursOf(io)).join('\n')}\n`)
      }
      return isKnown ? exit.ok : exit.failed
    } finally {
      await sql.close()
    }
  },
})

const ask = async (args: Args, config: Config, sql: Sql, io: Io): Promise<Answer> => {
  const { answerFor } = await import('./explain/answer.ts')
  const what = args.positional[0] ?? ''
  return answerFor(what, {
    cwd: io.cwd, isGroupKey: args.flag('group-key'), sql, watches: config.watches,
    look: async (paths) => {
      const { clock, openFilePool } = await import('../compose.ts')
      const pool = openFilePool(config)
      try {
        const late = clock.sleep(lookTimeoutMs).then(() => paths.map(() => new Fault('its file system does not answer')))
        return await Promise.race([pool.files.look(paths), late])
      } finally {
        await pool.close()
      }
    },
  })
}

/** A dead mount may cost a person this long. */
const lookTimeoutMs = 5000

/** The ledger has no row, but what stands on the disk is known and why it has none. */
const isExplained = (answer: Answer & { readonly is: 'unknown' }): boolean =>
  answer.places.some((one) => one.verdicts.length > 0 && one.sight !== null && !(one.sight instanceof Fault))
