import { createHash } from 'node:crypto'
import type { RuleSet } from './rules.ts'

/** SHA-256 of what a rule set decides, in hex: the same for the same rules however they are written, spaced
 *  and named; another one when any of its decisions could be another. */
export const ruleSetDigest = (rules: Omit<RuleSet, 'digest'>): string => {
  const { name: _, selection, routing, ...rest } = rules
  const meaning = { ...rest, selection: selection.map(unnamed), routing: routing.map(unnamed) }
  return createHash('sha256').update(canonical(meaning)).digest('hex')
}

const unnamed = ({ name: _, ...rule }: { readonly name: string | null }) => rule

/** JSON with the keys of each table in order, and with regular expressions, dates and big numbers told apart.
 */
const canonical = (value: unknown): string => {
  if (value instanceof RegExp) return `/${JSON.stringify(value.source)}/${value.flags}`
  if (value instanceof Date) return `date ${JSON.stringify(value)} ${String(value)}`
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join()}}`
}
