import { resolve } from 'node:path'
import { Fault } from '../domain/fault.ts'
import { showText } from '../domain/show.ts'
import type { NamedGroup, RulesComparison } from '../service/compare-rules.ts'
import { command, exit } from './command.ts'

/** What other rules would decide about the groups that are known. */
export const checkRules = command({
  usage: 'check-rules <file>',
  aliases: ['check rules'],
  summary: 'Say which known groups another rules.toml would accept, reject or send elsewhere',
  options: { '--json': 'As JSON' },
  async run(args, io) {
    const { clock, configPlace, openDatabase, openProjectPlugins } = await import('../compose.ts')
    const { loadSetup, reloadRules } = await import('../config/load-setup.ts')
    const { configFiles } = await import('../edges/config-files.ts')
    const { compareRules } = await import('../service/compare-rules.ts')
    const { missingFunctions, showMissing } = await import('../service/rule-functions.ts')
    const setup = loadSetup(configFiles, configPlace(io))
    const file = args.positional[0] ?? ''
    const rulesFile = resolve(io.cwd, file)
    configFiles.readText(rulesFile)
    const candidate = reloadRules(configFiles, { ...setup, config: { ...setup.config, rulesFile } }, true)
    const plugins = await openProjectPlugins(setup.config, io)
    try {
      const missing = missingFunctions(candidate.rules, plugins.describe())
      if (missing.length > 0) throw new Fault(missing.map((one) => `${file}: ${showMissing(one)}`).join('\n'))
      const sql = await openDatabase(setup.config, { readonly: true })
      try {
        const needed = { config: setup.config, sql, plugins }
        const found = await compareRules(setup.rules, candidate.rules, needed, clock.now(), io.signal)
        io.out(args.flag('json') ? rulesJson(found) : rulesText(found))
        io.err(rulesTrouble(found))
        return found.undecided.length > 0 ? exit.failed : exit.ok
      } finally {
        await sql.close()
      }
    } finally {
      plugins.close()
    }
  },
})

/** As many groups as are named of each kind. */
const shownAtMost = 20

const named = (groups: readonly NamedGroup[]): string =>
  groups.slice(0, shownAtMost).map((one) => showText(one.key)).join(', ') +
  (groups.length > shownAtMost ? ` and ${groups.length - shownAtMost} more` : '')

export const rulesText = ({ evaluated, newlyAccepted, newlyRejected, rerouted }: RulesComparison): string => {
  if (evaluated === 0) return 'No completed groups in database to evaluate.\n'
  const lines = [
    `Evaluated ${evaluated} completed group(s):`,
    `  Newly accepted:  ${newlyAccepted.length}`,
    `  Newly rejected:  ${newlyRejected.length}`,
    `  Rerouted:        ${rerouted.length}`,
  ]
  if (newlyAccepted.length > 0) lines.push('', `Newly accepted: ${named(newlyAccepted)}`)
  if (newlyRejected.length > 0) lines.push('', `Newly rejected: ${named(newlyRejected)}`)
  if (rerouted.length > 0) lines.push('')
  for (const { key, from, to } of rerouted.slice(0, shownAtMost)) lines.push(`  ${showText(key)}: ${from} -> ${to}`)
  if (rerouted.length > shownAtMost) lines.push(`  and ${rerouted.length - shownAtMost} more`)
  return `${lines.join('\n')}\n`
}

export const rulesJson = ({ evaluated, newlyAccepted, newlyRejected, rerouted, undecided }: RulesComparison): string => {
  const row = ({ watchName, key }: NamedGroup) => ({ watch_name: watchName, group_key: key })
  return `${JSON.stringify({
    evaluated,
    newly_accepted: newlyAccepted.map(row),
    newly_rejected: newlyRejected.map(row),
    rerouted: rerouted.map((one) => ({ ...row(one), from: one.from, to: one.to })),
    undecided: undecided.map((one) => ({ ...row(one), reason: one.fault.sentence })),
  })}\n`
}

const rulesTrouble = ({ undecided }: Pick<RulesComparison, 'undecided'>): string => {
  const lines = undecided.slice(0, shownAtMost)
    .map(({ watchName, key, fault }) => `${watchName}, ${showText(key)}: ${showText(fault.sentence)}`)
  if (undecided.length > shownAtMost) lines.push(`and ${undecided.length - shownAtMost} more`)
  if (undecided.length > 0) lines.push(`${undecided.length} group(s) cannot be decided about`)
  return lines.map((line) => `${line}\n`).join('')
}
