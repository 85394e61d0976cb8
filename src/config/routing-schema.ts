import { type } from './ark.ts'
import { ark } from './ark-leaf.ts'
import { functionName, oneOf, text } from './leaves.ts'
import { refuse } from './refuse.ts'
import type { RoutingRule } from './rules.ts'

export const routingKeys = {
  'name?': ark(text('a name for this rule')),
  'match?': ark(text('a pattern such as "calibration_*"')),
  'archive?': ark(text('the name of an [[archive]] in config.toml')),
  'type?': ark(oneOf('plugin')),
  'function?': ark(functionName),
} as const

/** One table may hold both kinds; the pattern is then asked first, so it gives one rule or two. */
export const routingRule = type({ '+': 'reject', ...routingKeys }).pipe(
  (rule, ctx): readonly RoutingRule[] => {
    const name = rule.name ?? null
    const rules: RoutingRule[] = []
    if (rule.match !== undefined && rule.archive === undefined) {
      return refuse(ctx, ['archive'], 'is missing; it must name the archive for what match takes')
    }
    if (rule.match === undefined && rule.archive !== undefined) {
      return refuse(ctx, ['match'], 'is missing; it must be a pattern for the groups that go to archive')
    }
    if (rule.type === 'plugin' && rule.function === undefined) {
      return refuse(ctx, ['function'], 'is missing; it must be the name of a function that a plugin exports')
    }
    if (rule.type === undefined && rule.function !== undefined) {
      return refuse(ctx, ['type'], 'is missing; beside function there must be type = "plugin"')
    }
    if (rule.match !== undefined && rule.archive !== undefined)
      rules.push({ name, match: rule.match, archive: rule.archive })
    if (rule.function !== undefined) rules.push({ name, function: rule.function })
    return rules.length > 0
      ? rules
      : refuse(ctx, [], 'routes nothing; it needs match and archive, or type = "plugin" and function')
  },
)
