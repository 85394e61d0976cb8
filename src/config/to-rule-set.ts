import type { ReadRuleSet } from './rule-set-keys.ts'
import { ruleSetDigest } from './rule-set-digest.ts'
import type { RuleSet } from './rules.ts'
import { isTable, type Table } from './toml.ts'

/** A rule set of this name. */
export const toRuleSet = (name: string, read: ReadRuleSet): RuleSet => {
  const ruleSet = {
    name,
    archive: read.archive ?? null,
    integrity: read.integrity,
    completeness: read.completeness ?? null,
    metadataModule: read.metadata?.module ?? null,
    selection: read.selection,
    routing: read.routing.flat(),
  }
  return { ...ruleSet, digest: ruleSetDigest(ruleSet) }
}

/** An empty [x.completeness] or [x.metadata] is as none. */
export const withoutEmpty = (table: Table): Table =>
  Object.fromEntries(Object.entries(table).filter(([key, value]) => !(mayBeEmpty.has(key) && isEmpty(value))))

const mayBeEmpty = new Set(['completeness', 'metadata'])
const isEmpty = (value: unknown): boolean => isTable(value) && Object.keys(value).length === 0
