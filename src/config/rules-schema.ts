import type { Schema } from './check.ts'
import { tableType } from './field-type.ts'
import { ruleSetKeys, type ReadRuleSet } from './rule-set-keys.ts'

/** One table of `rules.toml`, checked. The schema is made of the same keys that `plainRules` reads by. */
export const ruleSetSchema = tableType(ruleSetKeys) as unknown as Schema<ReadRuleSet>
