import { compileGlob } from '../domain/glob.ts'
import { Fault } from '../domain/fault.ts'
import type { Group } from '../domain/group.ts'
import { baseName } from '../domain/path.ts'
import type { RoutingRule } from '../config/rules.ts'
import { fault, go, type Decision, type Stage, type StageWorld } from './stage.ts'

/** The first rule that matches names the archive, else the watch's own. */
export const routing: Stage = {
  name: 'routing',
  run: (groups, world) => groups.map((group) => route(group, world)),
}

const route = async (group: Group, world: StageWorld): Promise<Decision> => {
  const { rules, watch } = world.settings(group.watchName)
  for (const [index, rule] of rules.routing.entries()) {
    const name = await archiveBy(rule, group, world)
    if (name instanceof Fault) return fault(group, name)
    if (name !== null) return known({ ...group, archiveName: name, routedBy: ruleName(rule, index) }, world)
  }
  return known({ ...group, archiveName: watch.archive, routedBy: 'the archive of the watch' }, world)
}

/** The glob is held against the group key and its last segment. */
const archiveBy = async (rule: RoutingRule, group: Group, { plugins }: StageWorld): Promise<string | null | Fault> => {
  if ('match' in rule) {
    const matches = compileGlob(rule.match)
    return matches(group.key) || matches(baseName(group.key)) ? rule.archive : null
  }
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
