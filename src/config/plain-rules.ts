import { readTable } from './field.ts'
import { ruleSetKeys } from './rule-set-keys.ts'
import type { Rules, RuleSet } from './rules.ts'
import { toRuleSet, withoutEmpty } from './to-rule-set.ts'
import { isTable, type TomlFile } from './toml.ts'

/** The rules by the keys and values that the schema is made of, without the schema library, as `plainConfig` reads the
 *  config. Null where anything is wrong: then the full check says what. */
export const plainRules = ({ table }: Pick<TomlFile, 'table'>): Rules | null => {
  const rules: [string, RuleSet][] = []
  for (const [name, found] of Object.entries(table)) {
    const read = isTable(found) ? readTable(ruleSetKeys, withoutEmpty(found)) : null
    if (read === null) return null
    rules.push([name, toRuleSet(name, read)])
  }
  return Object.fromEntries(rules)
}
