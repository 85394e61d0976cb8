import { parseDateTime } from '../domain/date-range.ts'
import { parseDuration } from '../domain/duration.ts'
import { showText } from '../domain/show.ts'
import type { Instant } from '../domain/time.ts'
import type { ExtractEnd } from '../service/extract-again.ts'
import { command, exit, UsageFault } from './command.ts'
import { requireKnown } from './known-name.ts'

/** Metadata again over archived bytes. */
export const extract = command({
  usage: 'extract',
  summary: 'Extract metadata again from archived files: a mended plugin or a new column fills old rows',
  options: {
    '--watch-name <name>': 'Only groups of this watch',
    '--missing': 'Only groups that have no metadata',
    '--since <time>': 'Only groups archived since then: 2026-01-15, 2026-01-15T12:00:00Z, or an age such as 7d',
  },
  async run(args, io) {
    const { clock } = await import('../compose.ts')
    const { openService } = await import('../compose/service.ts')
    const { extractAgain } = await import('../service/extract-again.ts')
    const since = sinceOf(args.text('since'), clock.now())
    const service = await openService(io, 'problems')
    try {
      const { parts: { config }, plugins } = service
      const watchName = args.text('watch-name') ?? null
      if (watchName !== null) requireKnown('watch', watchName, config.watches.map((one) => one.name))
      const end = await extractAgain(service.parts, {
        watchName, since, missing: args.flag('missing'), columns: plugins.describe().columns,
        actor: io.actor, signal: io.signal,
      })
      io.out(extractText(end))
      io.err(extractTrouble(end))
      return end.failed > 0 || end.interrupted ? exit.failed : exit.ok
    } finally {
      await service.close()
    }
  },
})

const sinceOf = (text: string | undefined, now: Instant): Instant | null => {
  if (text === undefined) return null
  const age = parseDuration(text)
  const at = age === null ? parseDateTime(text) : now - age
  if (at !== null) return at
  throw new UsageFault(`--since must be a time such as 2026-01-15, 2026-01-15T12:00:00Z or 7d, was "${text}"`)
}

export const extractText = ({ extracted, changed }: Pick<ExtractEnd, 'extracted' | 'changed'>): string =>
  `extracted metadata of ${extracted} groups, ${changed} changed\n`

export const extractTrouble = ({ failed, firstFaults, interrupted }: Omit<ExtractEnd, 'extracted' | 'changed'>): string => {
  const lines = firstFaults.map((one) => showText(one.sentence))
  if (failed > firstFaults.length) lines.push(`and ${failed - firstFaults.length} more`)
  if (failed > 0) lines.push(`${failed} groups keep what they had`)
  if (interrupted) lines.push('stopped by a signal: not every group was extracted')
  return lines.map((line) => `${line}\n`).join('')
}
