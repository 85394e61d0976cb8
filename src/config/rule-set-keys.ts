import { completenessRule } from './completeness-rule.ts'
import { listOf, one, type ReadTable } from './field.ts'
import { integrityCheck } from './integrity-check.ts'
import { keysOf, type KnownKeys } from './known-keys.ts'
import { text } from './leaves.ts'
import { metadataRule } from './metadata-rule.ts'
import { routingRule } from './routing-rule.ts'
import { fieldCondition, selectionRule } from './selection-rule.ts'

/** One table of `rules.toml`. */
export const ruleSetKeys = {
  'archive?': one(text('the name of an [[archive]] in config.toml')),
  integrity: listOf(integrityCheck, []),
  'completeness?': one(completenessRule),
  'metadata?': one(metadataRule),
  selection: listOf(selectionRule, []),
  routing: listOf(routingRule, []),
} as const

/** A rule set: every value read, fallbacks filled in. */
export type ReadRuleSet = ReadTable<typeof ruleSetKeys>

/** The keys of each table of a rule set. */
export const ruleSetKnownKeys: KnownKeys = new Map([
  ['', keysOf(ruleSetKeys)],
  ['integrity', keysOf(integrityCheck.keys, true)],
  ['completeness', keysOf(completenessRule.keys)],
  ['metadata', keysOf(metadataRule.keys)],
  ['selection', keysOf(selectionRule.keys, true)],
  ['selection.field', keysOf(fieldCondition.keys, true)],
  ['routing', keysOf(routingRule.keys, true)],
])
