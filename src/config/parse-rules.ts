import { check } from './check.ts'
import { reportFor, type Report } from './report.ts'
import { ConfigFault, type Source } from './problem.ts'
import { ruleSetKnownKeys } from './rule-set-keys.ts'
import type { Rules, RuleSet } from './rules.ts'
import { ruleSetSchema } from './rules-schema.ts'
import { showFound } from './leaf.ts'
import { toRuleSet, withoutEmpty } from './to-rule-set.ts'
import { isTable, parseToml, type Table, type TomlFile } from './toml.ts'

/** Reads rules.toml, or throws a ConfigFault with everything that is wrong in it. */
export const parseRules = (source: Source): Rules => readRules(parseToml(source))

/** As `parseRules`, for a file that was parsed already. */
export const readRules = (file: TomlFile): Rules => {
  const report = reportFor(file)
  const rules: [string, RuleSet][] = []
  for (const [name, table] of Object.entries(file.table)) {
    const ruleSet = isTable(table) ? readRuleSet(name, table, report) : null
    if (!isTable(table))
      report.at([name], `must be a rule set, begun with [${name}], was ${showFound(table)}`)
    if (ruleSet !== null) rules.push([name, ruleSet])
  }
  if (report.problems.length > 0) throw new ConfigFault(report.problems)
  return Object.fromEntries(rules)
}

const readRuleSet = (name: string, table: Table, report: Report): RuleSet | null => {
  const read = check(ruleSetSchema, withoutEmpty(table), ruleSetKnownKeys, report, [name])
  return read === null ? null : toRuleSet(name, read)
}
