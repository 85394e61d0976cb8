import type { LoggingConfig } from '../config/config.ts'
import { showPath } from '../domain/path.ts'
import { hour, second, type Instant, type Millis } from '../domain/time.ts'
import type { Clock, Log, LogLevel } from '../world.ts'
import { boundedWriter } from './bounded-writer.ts'
import { logFile, type LogFile, type LogFileOptions } from './log-file.ts'
import { jsonLine, textLine } from './log-line.ts'
import { writeToStderr } from './stderr.ts'

export type LogOptions = LoggingConfig & {
  /** What stderr gets of what `level` lets through: `problems` are WARNING and ERROR. */
  readonly stderr: 'all' | 'problems' | 'none'
  readonly clock: Pick<Clock, 'now'>
}

/** What a log writes to. */
export type LogOutlets = {
  readonly stderr: (text: string) => Promise<void>
  readonly file: (options: LogFileOptions) => LogFile
}

/** The log of `[logging]`. Writing to it never waits and never throws; a log disk that is full, gone or does
 *  not answer costs only lines. That is said on stderr (under `none` too) when it begins, at most once an
 *  hour, and the log itself tells how many lines are missing when it can be written again. */
export const openLog = (options: LogOptions, outlets: LogOutlets = machineOutlets): Log => {
  const { clock, file: path } = options
  const format = options.format === 'json' ? jsonLine : textLine
  const say = (level: LogLevel, message: string, fields: Readonly<Record<string, unknown>> = {}): string =>
    format({ at: clock.now(), level, message, fields })
  const lossLine = (lines: number): string => say('WARNING', 'lines of this log are missing', { lines })

  const stderr = boundedWriter({ write: outlets.stderr, onLoss: () => {}, lossLine })
  const warn = atMostHourly(clock, (error) =>
    stderr.add(say('WARNING', 'the log file has trouble; the work goes on, log lines may be missing', {
      file: path === null ? '' : showPath(path),
      reason: error instanceof Error ? error.message : String(error),
    })))

  const file = path === null ? null : outlets.file({ ...options, path, onTrouble: warn })
  const fileWriter = file && boundedWriter({
    write: (text) => file.append(text, clock.now()),
    onLoss: warn,
    lossLine,
  })

  return {
    write(level, message, fields) {
      if (rank[level] < rank[options.level]) return
      const line = say(level, message, fields)
      const isProblem = rank[level] >= rank.WARNING
      if (options.stderr === 'all' || (options.stderr === 'problems' && isProblem)) stderr.add(line)
      fileWriter?.add(line)
    },
    async close() {
      await within(closeLimitMs, fileWriter?.drained().then(file?.close).catch(warn))
      await within(closeLimitMs, stderr.drained())
    },
  }
}

const rank: Readonly<Record<LogLevel, number>> = { DEBUG: 0, INFO: 1, WARNING: 2, ERROR: 3 }

/** How long the end of the program waits for a log that does not answer. */
const closeLimitMs = 2 * second

const machineOutlets: LogOutlets = { stderr: writeToStderr, file: logFile }

type Tell = (error: unknown) => void

const atMostHourly = (clock: Pick<Clock, 'now'>, say: Tell): Tell => {
  let saidAt: Instant | undefined
  return (error) => {
    const now = clock.now()
    if (saidAt !== undefined && Math.abs(now - saidAt) < hour) return
    saidAt = now
    say(error)
  }
}

const within = async (limitMs: Millis, work: Promise<unknown> | undefined): Promise<void> => {
  const limit = Promise.withResolvers<void>()
  const timer = setTimeout(limit.resolve, limitMs)
  await Promise.race([work, limit.promise])
  clearTimeout(timer)
}
