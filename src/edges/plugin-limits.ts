import { Fault } from '../domain/fault.ts'
import type { Millis } from '../domain/time.ts'

/** How often the plugin thread shows that it is alive and looks at what takes too long: a time limit is kept to an
 *  eighth, or to a second. */
export const pulseMs = (timeoutMs: Millis): Millis => Math.min(Math.max(timeoutMs / 8, 5), 1000)

/** `what`: `extract of plugins/file_model.ts`. */
export const tooSlow = (what: string, timeoutMs: Millis): Fault =>
  new Fault(`${what} did not answer within ${timeoutMs / 1000} s`, {
    remedy: 'mend the plugin, or raise [plugins] timeout',
  })
