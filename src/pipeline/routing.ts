import { compileGlob, type NameTest } from '../domain/glob.ts'
import { Fault } from '../domain/fault.ts'
import type { Group } from '../domain/group.ts'
import { baseName } from '../domain/path.ts'
import type { RoutingRule } from '../config/rules.ts'
import { fault, go, type Decision, type Stage, type StageWorld } from './stage.ts'

/** The first rule that matches names the archive, else the watch's own. */
export const routing: Stage = {
  name: 'routing',
  run: (groups, world) => {
    const compiled: Compiled = new Map()
    return groups.map((group) => route(group, compiled, world))
  },
}

/** The patterns of a batch, each compiled once. */
type Compiled = Map<RoutingRule, NameTest>

const route = async (group: Group, compiled: Compiled, world: StageWorld): Promise<Decision> => {
  const { rules, watch } = world.settings(group.watchName)
  for (const [index, rule] of rules.routing.entries()) {
    const name = 'match' in rule ? archiveByName(rule, group, compiled) : await archiveByFunction(rule, group, world)
    if (name instanceof Fault) return fault(group, name)
    if (name !== null) return known({ ...group, archiveName: name, routedBy: ruleName(rule, index) }, world)
  }
  return known({ ...group, archiveName: watch.archive, routedBy: 'the archive of the watch' }, world)
}

type MatchRule = Extract<RoutingRule, { match: string }>

/** The glob is held against the group key and its last segment. */
const archiveByName = (rule: MatchRule, { key }: Group, compiled: Compiled): string | null => {
  const matches = compiled.get(rule) ?? compileGlob(rule.match)
  compiled.set(rule, matches)
  return matches(key) || matches(baseName(key)) ? rule.archive : null
}

const archiveByFunction = async (
  rule: Exclude<RoutingRule, MatchRule>, group: Group, { plugins }: StageWorld,
): Promise<string | null | Fault> => {
  const [answer] = await plugins.call({ module: null, name: rule.function }, [[group.metadata ?? {}]])
  if (answer instanceof Fault) return answer
  if (answer === null || answer === undefined) return null
  if (typeof answer === 'string') return answer
  return new Fault(`${rule.function} gave ${typeof answer}, not the name of an archive or null`, {
    remedy: 'mend the plugin',
  })
}

const known = (group: Group, { archives }: StageWorld): Decision => {
  if (group.archiveName !== null && archives.has(group.archiveName)) return go(group)
  const names = [...archives.keys()].join(', ')
  return fault(group, new Fault(`${group.routedBy} names the archive "${group.archiveName}", which config.toml does not have`, {
    remedy: `use one of: ${names}`,
  }))
}

const ruleName = (rule: RoutingRule, index: number): string => rule.name ?? `routing rule ${index + 1}`
