import { type } from './ark.ts'
import { ark } from './ark-leaf.ts'
import { completenessKeys, completenessRule } from './completeness-schema.ts'
import { integrityCheck, integrityKeys } from './integrity-schema.ts'
import { keysOf, type KnownKeys } from './known-keys.ts'
import { text } from './leaves.ts'
import { metadataKeys, metadataRule } from './metadata-schema.ts'
import { routingKeys, routingRule } from './routing-schema.ts'
import { fieldKeys, selectionKeys, selectionRule } from './selection-schema.ts'

const ruleSetKeys = {
  'archive?': ark(text('the name of an [[archive]] in config.toml')),
  integrity: integrityCheck.array().default(() => []),
  'completeness?': completenessRule,
  'metadata?': metadataRule,
  selection: selectionRule.array().default(() => []),
  routing: routingRule.array().default(() => []),
} as const

/** One table of `rules.toml`. */
export const ruleSetSchema = type({ '+': 'reject', ...ruleSetKeys })

/** The keys of each table of a rule set. */
export const ruleSetKnownKeys: KnownKeys = new Map([
  ['', keysOf(ruleSetKeys)],
  ['integrity', keysOf(integrityKeys, true)],
  ['completeness', keysOf(completenessKeys)],
  ['metadata', keysOf(metadataKeys)],
  ['selection', keysOf(selectionKeys, true)],
  ['selection.field', keysOf(fieldKeys, true)],
  ['routing', keysOf(routingKeys, true)],
])
