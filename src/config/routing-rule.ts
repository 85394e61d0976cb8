import { one } from './field.ts'
import { functionName, oneOf, text } from './leaves.ts'
import type { RoutingRule } from './rules.ts'
import { tableShape } from './table-shape.ts'

const keys = {
  'name?': one(text('a name for this rule')),
  'match?': one(text('a pattern such as "calibration_*"')),
  'archive?': one(text('the name of an [[archive]] in config.toml')),
  'type?': one(oneOf('plugin')),
  'function?': one(functionName),
} as const

/** One `[[x.routing]]`. It may hold both kinds; the pattern is then asked first, so it gives one rule or two. */
export const routingRule = tableShape(keys, (rule, refuse): readonly RoutingRule[] | undefined => {
  const name = rule.name ?? null
  const rules: RoutingRule[] = []
  if (rule.match !== undefined && rule.archive === undefined) {
    return refuse(['archive'], 'is missing; it must name the archive for what match takes')
  }
  if (rule.match === undefined && rule.archive !== undefined) {
    return refuse(['match'], 'is missing; it must be a pattern for the groups that go to archive')
  }
  if (rule.type === 'plugin' && rule.function === undefined) {
    return refuse(['function'], 'is missing; it must be the name of a function that a plugin exports')
  }
  if (rule.type === undefined && rule.function !== undefined) {
    return refuse(['type'], 'is missing; beside function there must be type = "plugin"')
  }
  if (rule.match !== undefined && rule.archive !== undefined)
    rules.push({ name, match: rule.match, archive: rule.archive })
  if (rule.function !== undefined) rules.push({ name, function: rule.function })
  return rules.length > 0
    ? rules
    : refuse([], 'routes nothing; it needs match and archive, or type = "plugin" and function')
})
