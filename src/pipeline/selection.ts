import type { FieldCondition, SelectionRule } from '../config/rules.ts'
import { rest } from '../domain/component.ts'
import { Fault } from '../domain/fault.ts'
import { eachOpen, type Group } from '../domain/group.ts'
import { fault, go, halt, type Decision, type Stage, type StageWorld } from './stage.ts'

/** A group is wanted when any rule takes it; no rules, everything is wanted. */
export const selection: Stage = {
  name: 'selection',
  run: (groups, world) => groups.map((group) => select(group, world)),
}

const select = async (group: Group, world: StageWorld): Promise<Decision> => {
  const { selection: rules } = world.settings(group.watchName).rules
  if (rules.length === 0) return go({ ...group, selectedBy: 'no selection rules' })
  for (const [index, rule] of rules.entries()) {
    const answer = await takes(rule, group, world)
    if (answer instanceof Fault) return fault(group, answer)
    if (answer) return go({ ...group, selectedBy: ruleName(rule, index) })
  }
  const reason = `none of ${rules.length} selection rules took it`
  return halt({ ...eachOpen(group, (one) => rest(one, 'not_selected', 'selection', reason)), dueAt: null })
}

/** The conditions inside one rule are ANDed. */
const takes = async (rule: SelectionRule, group: Group, { plugins }: StageWorld): Promise<boolean | Fault> => {
  const values = group.metadata ?? {}
  if (rule.hasKeys.some((key) => isAbsent(values[key]))) return false
  if (rule.lacksKeys.some((key) => !isAbsent(values[key]))) return false
  if (!rule.fields.every((condition) => holds(condition, values[condition.name]))) return false
  if (rule.function === null) return true
  const [answer] = await plugins.call({ module: null, name: rule.function }, [[values, rule.kwargs]])
  return answer instanceof Fault ? answer : Boolean(answer)
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null

/** A field that is absent matches nothing, and nothing that it must not match. */
const holds = ({ matches, notMatches }: FieldCondition, value: unknown): boolean => {
  if (isAbsent(value)) return matches.length === 0
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return (matches.length === 0 || matches.some((one) => one.test(text))) && !notMatches.some((one) => one.test(text))
}

const ruleName = (rule: SelectionRule, index: number): string => rule.name ?? `selection rule ${index + 1}`
