import { resolve } from 'node:path'
import type { Archive, Config } from '../config/config.ts'
import { isWithin, type Path } from '../domain/path.ts'
import { showText } from '../domain/show.ts'
import { shownAtMost, type ArchiveReport } from '../service/archive-report.ts'
import { command, exit, UsageFault, type Args, type Io } from './command.ts'
import { requireKnown } from './known-name.ts'

/** Holds archives against the ledger, and takes in what stood there before. */
export const reconcileArchive = command({
  usage: 'reconcile archive [paths…]',
  summary: 'Compare archives with the ledger, and adopt what the ledger does not know',
  options: {
    '--archive <name>': 'Only this archive',
    '--watch <name>': 'As whose delivery unknown files count, where several watches feed an archive',
    '--dry-run': 'Only report',
    '--verify': 'Read every file and compare its SHA-256 with the recorded one',
    '--json': 'As JSON',
  },
  async run(args, io) {
    const { clock, rootOf } = await import('../compose.ts')
    const { openService } = await import('../compose/service.ts')
    const { reconcileArchive } = await import('../service/reconcile-archive.ts')
    const { openProgress } = await import('../edges/progress.ts')
    const service = await openService(io, 'problems')
    const progress = await openProgress('archive', clock, io.isTerminal)
    try {
      const { parts: { config }, plugins } = service
      const scope = scopeOf(args, io, config, rootOf)
      const report = await reconcileArchive(service.parts, {
        ...scope, rootOf, dryRun: args.flag('dry-run'), verify: args.flag('verify'), actor: io.actor, signal: io.signal,
        columns: plugins.describe().columns, onProgress: progress.update,
      })
      progress.stop()
      io.out(args.flag('json') ? archiveJson(report) : archiveText(report))
      io.err(archiveTrouble(report))
      return report.missing + report.corrupt + report.troubles > 0 || report.interrupted ? exit.failed : exit.ok
    } finally {
      progress.stop()
      await service.close()
    }
  },
})

/** What the words of the command line restrict it to. */
const scopeOf = (args: Args, io: Io, config: Config, rootOf: (archive: Archive) => Path) => {
  const name = args.text('archive')
  const watch = args.text('watch') ?? null
  if (name !== undefined) requireKnown('archive', name, config.archives.map((one) => one.name))
  if (watch !== null) requireKnown('watch', watch, config.watches.map((one) => one.name))
  const wanted = config.archives.filter((one) => name === undefined || one.name === name)
  const paths = args.positional.map((path) => resolve(io.cwd, path))
  for (const path of paths) {
    if (wanted.some((one) => isWithin(rootOf(one), path))) continue
    throw new UsageFault(`${path} lies in no archive${name === undefined ? '' : ` named ${name}`}`, {
      remedy: `there are ${wanted.map((one) => `${one.name} at ${rootOf(one)}`).join(', ')}`,
    })
  }
  const isTouched = (archive: Archive) => paths.length === 0 || paths.some((path) => isWithin(rootOf(archive), path))
  return { archives: wanted.filter(isTouched), paths, watch }
}

export const archiveText = ({ found, created, missing, corrupt }: ArchiveReport): string =>
  `found=${found} created=${created} missing=${missing} corrupt=${corrupt}\n`

export const archiveJson = ({ found, created, missing, corrupt }: ArchiveReport): string =>
  `${JSON.stringify({ found, created, missing, corrupt })}\n`

/** What is wrong, each kind with its first examples. */
export const archiveTrouble = (report: ArchiveReport): string => {
  const lines = [
    ...some('missing', report.missing, report.firstMissing.map(showText)),
    ...some('corrupt', report.corrupt, report.firstCorrupt.map(showText)),
    ...some('', report.troubles, report.firstTroubles.map((one) => showText(one.sentence))),
  ]
  if (report.odd > 0) lines.push(`${report.odd} unknown names are no regular files: left alone`)
  if (report.busy > 0) lines.push(`${report.busy} unknown files are being archived just now: left for the next run`)
  if (report.interrupted) lines.push('stopped by a signal: not everything was compared')
  return lines.map((line) => `${line}\n`).join('')
}

const some = (what: string, count: number, first: readonly string[]): readonly string[] => {
  const lines = first.map((one) => (what === '' ? one : `${what}: ${one}`))
  if (count <= first.length) return lines
  return [...lines, `and ${count - first.length} more${what === '' ? '' : ` ${what}`}, only the first ${shownAtMost} are shown`]
}
