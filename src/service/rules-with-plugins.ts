import type { RuleSet, Rules } from '../config/rules.ts'
import { pathDigest } from '../store/digest.ts'

/** The rules with digests that also tell one state of the plugins from another, where a rule set uses any: what was
 *  refused under other plugins is looked at again like what was refused under other rules. */
export const rulesWithPlugins = (rules: Rules, pluginDigest: string): Rules =>
  Object.fromEntries(Object.entries(rules).map(([name, one]) => [name, usesPlugins(one) ? withDigest(one, pluginDigest) : one]))

const withDigest = (one: RuleSet, pluginDigest: string): RuleSet => ({ ...one, digest: pathDigest(`${one.digest}:${pluginDigest}`) })

const usesPlugins = (one: RuleSet): boolean =>
  one.metadataModule !== null ||
  (one.completeness?.groupFunction ?? null) !== null ||
  one.integrity.some((check) => check.type === 'plugin') ||
  one.selection.some((rule) => rule.function !== null) ||
  one.routing.some((rule) => 'function' in rule)
