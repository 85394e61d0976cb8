import { Fault } from '../domain/fault.ts'
import { totalmem } from 'node:os'
import { showBytes } from '../domain/show.ts'
import type { Millis } from '../domain/time.ts'

/** How often the plugin thread shows that it is alive and looks at what takes too long: a time limit is kept to an
 *  eighth, or to a second. */
export const pulseMs = (timeoutMs: Millis): Millis => Math.min(Math.max(timeoutMs / 8, 5), 1000)

/** `what`: `extract of plugins/file_model.ts`. */
export const tooSlow = (what: string, timeoutMs: Millis): Fault =>
  new Fault(`${what} did not answer within ${timeoutMs / 1000} s`, {
    remedy: 'mend the plugin, or raise [plugins] timeout',
  })

/** How often it is looked at how much memory is in use: a plugin can fill a gigabyte in a second. */
export const memoryLookMs: Millis = 100

/** Half of what this machine, or this container, has: a plugin that makes the program use more is ended, before the
 *  system ends the program. */
export const memoryLimit = (): number => Math.min(process.constrainedMemory() || Infinity, totalmem()) / 2

export const tooLarge = (what: string, limitBytes: number): Fault =>
  new Fault(`${what} used too much memory: the program came to more than ${showBytes(limitBytes)}`, {
    remedy: 'let the plugin read less at a time, or give this machine more memory',
  })
