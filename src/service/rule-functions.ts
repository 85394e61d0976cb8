import { showPath } from '../config/report.ts'
import { nearest } from '../config/nearest.ts'
import type { Rules, RuleSet } from '../config/rules.ts'
import type { TomlPath } from '../config/toml-lines.ts'
import type { Description } from '../plugin/messages.ts'

/** What a rule set names and no plugin gives: where it stands, and what is wrong. */
export type MissingFunction = { readonly at: TomlPath; readonly what: string }

/** Holds what rules name against what the plugins export. */
export const missingFunctions = (rules: Rules, plugins: Pick<Description, 'modules'>): readonly MissingFunction[] =>
  Object.values(rules).flatMap((ruleSet) => [
    ...functionsOf(ruleSet).flatMap(({ at, name }) => noFunction(at, name, plugins)),
    ...noModule(ruleSet, plugins),
  ])

/** As one line for people that do not see the file. */
export const showMissing = ({ at, what }: MissingFunction): string => `${showPath(at)} ${what}`

const functionsOf = ({ name, integrity, completeness, selection, routing }: RuleSet): { at: TomlPath; name: string }[] => {
  const found: { at: TomlPath; name: string }[] = []
  integrity.forEach((one, index) => {
    if (one.type === 'plugin') found.push({ at: [name, 'integrity', index, 'function'], name: one.function })
  })
  if (completeness?.groupBy === 'plugin' && completeness.groupFunction !== null) {
    found.push({ at: [name, 'completeness', 'group_function'], name: completeness.groupFunction })
  }
  selection.forEach((one, index) => {
    if (one.function !== null) found.push({ at: [name, 'selection', index, 'function'], name: one.function })
  })
  routing.forEach((one, index) => {
    if ('function' in one) found.push({ at: [name, 'routing', index, 'function'], name: one.function })
  })
  return found
}

const noFunction = (at: TomlPath, name: string, { modules }: Pick<Description, 'modules'>): readonly MissingFunction[] => {
  const known = modules.flatMap((one) => one.functions)
  if (known.includes(name)) return []
  return [{ at, what: `names the function ${JSON.stringify(name)}, which no plugin exports${advice(name, known)}` }]
}

const noModule = ({ name, metadataModule }: RuleSet, { modules }: Pick<Description, 'modules'>): readonly MissingFunction[] => {
  if (metadataModule === null) return []
  const at: TomlPath = [name, 'metadata', 'module']
  const owner = modules.find((one) => one.name === metadataModule)
  if (owner?.hasExtract === true) return []
  if (owner !== undefined) return [{ at, what: `names ${owner.file}, which exports no extract` }]
  const known = modules.filter((one) => one.hasExtract).map((one) => one.name)
  const what = `names the plugin ${JSON.stringify(metadataModule)}, and there is no ${metadataModule}.ts`
  return [{ at, what: `${what}${advice(metadataModule, known)}` }]
}

const advice = (name: string, known: readonly string[]): string => {
  const near = nearest(name, known)
  if (near !== null) return `; did you mean ${JSON.stringify(near)}?`
  return known.length === 0 ? '' : `; there are ${known.join(', ')}`
}
