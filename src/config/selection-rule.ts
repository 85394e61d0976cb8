import { leafOrTables, listOf, one } from './field.ts'
import { leaf, showFound, type Leaf } from './leaf.ts'
import { functionName, oneOf, tableOf, text } from './leaves.ts'
import { PatternMistake } from './pattern-mistake.ts'
import { pythonRegex } from './python-regex.ts'
import type { FieldCondition, SelectionRule } from './rules.ts'
import { tableShape } from './table-shape.ts'

/** A regular expression, or why it is none. */
const compiled = (pattern: string): RegExp | PatternMistake => {
  try {
    return pythonRegex(pattern)
  } catch (error) {
    if (error instanceof PatternMistake) return error
    throw error
  }
}

const regex: Leaf<RegExp> = {
  expected: 'a regular expression in quotes',
  read: (found) => {
    const made = typeof found === 'string' ? compiled(found) : null
    return made instanceof RegExp ? made : undefined
  },
  mistake: (found) => {
    const made = typeof found === 'string' ? compiled(found) : null
    if (made instanceof PatternMistake) return `is not a regular expression: ${made.message} in ${showFound(found)}`
    return `must be a regular expression in quotes, was ${showFound(found)}`
  },
}

const key = text('the name of a metadata value')

/** One entry of a `field` that is a list. */
export const fieldCondition = tableShape(
  { name: one(key), 'matches?': listOf(regex), 'not_matches?': listOf(regex) },
  (read, refuse): FieldCondition | undefined =>
    read.matches === undefined && read.not_matches === undefined
      ? refuse([], 'has no condition; it needs matches or not_matches')
      : { name: read.name, matches: read.matches ?? [], notMatches: read.not_matches ?? [] },
)

/** A name beside `matches`, or a list of conditions. */
const nameOrConditions = leafOrTables(
  leaf('the name of a metadata value or a list of conditions', (found) =>
    typeof found === 'string' && found !== '' ? found : undefined,
  ),
  fieldCondition,
)

const keys = {
  'name?': one(text('a name for this rule')),
  'has_keys?': listOf(key),
  'lacks_keys?': listOf(key),
  'field?': one(nameOrConditions),
  'matches?': listOf(regex),
  'not_matches?': listOf(regex),
  'type?': one(oneOf('plugin')),
  'function?': one(functionName),
  'kwargs?': one(tableOf('a table of arguments for function')),
} as const

/** One `[[x.selection]]`. */
export const selectionRule = tableShape(keys, (rule, refuse): SelectionRule | undefined => {
  const { field, matches, not_matches: notMatches, type: kind, function: called, kwargs } = rule
  const patterns = matches !== undefined ? 'matches' : notMatches !== undefined ? 'not_matches' : null
  if (patterns !== null && field === undefined) {
    return refuse(['field'], `is missing; it must name the metadata value that ${patterns} is about`)
  }
  if (patterns !== null && typeof field !== 'string') {
    return refuse([patterns], 'belongs into the entries of field, since that is a list')
  }
  if (typeof field === 'string' && patterns === null) {
    return refuse(['field'], 'is only a name; beside it there must be matches or not_matches')
  }
  if (kind === 'plugin' && called === undefined) {
    return refuse(['function'], 'is missing; it must be the name of a function that a plugin exports')
  }
  if (called !== undefined && kind === undefined) {
    return refuse(['type'], 'is missing; beside function there must be type = "plugin"')
  }
  if (kwargs !== undefined && called === undefined)
    return refuse(['kwargs'], 'needs a function that takes them')
  const fields =
    typeof field === 'string'
      ? [{ name: field, matches: matches ?? [], notMatches: notMatches ?? [] }]
      : (field ?? [])
  const hasKeys = rule.has_keys ?? []
  const lacksKeys = rule.lacks_keys ?? []
  if (hasKeys.length + lacksKeys.length + fields.length === 0 && called === undefined) {
    return refuse([], 'has no condition; it needs has_keys, lacks_keys, field or a function')
  }
  return {
    name: rule.name ?? null,
    hasKeys,
    lacksKeys,
    fields,
    function: called ?? null,
    kwargs: kwargs ?? {},
  }
})
