import { clock } from '../compose.ts'
import type { Config } from '../config/config.ts'
import { minute } from '../domain/time.ts'
import { Away } from '../edges/servers/trouble.ts'
import type { Log, Supervisor } from '../world.ts'

/** Asks until there is an answer. */
export type Wait = <T>(ask: () => Promise<T>) => Promise<T>

/** A server that does not answer is waited for, as a service does; what waiting does not mend is thrown. The service
 *  manager hears that it has started: it was set up rightly, and whoever ended it for being late would help nobody. */
export const waitFor = ({ pollIntervalMs }: Config['service'], log: Log, supervisor: Supervisor, signal: AbortSignal): Wait => {
  let told = ''
  return async (ask) => {
    for (;;) {
      try {
        const answer = await ask()
        if (told !== '') supervisor.status('the database can be used')
        return answer
      } catch (error) {
        if (!(error instanceof Away) || signal.aborted) throw error
        if (error.sentence !== told) log.write('ERROR', `${error.sentence}; this service waits for it`)
        told = error.sentence
      }
      supervisor.ready()
      supervisor.alive()
      supervisor.status(`waiting for the database: ${told}`)
      await clock.sleep(Math.min(pollIntervalMs, minute), signal)
    }
  }
}
