import { type } from './ark.ts'
import { ark } from './ark-leaf.ts'
import { showFound } from './leaf.ts'
import { functionName, oneOf, tableOf, text } from './leaves.ts'
import { PatternMistake } from './pattern-mistake.ts'
import { pythonRegex } from './python-regex.ts'
import { refuse } from './refuse.ts'
import type { FieldCondition, SelectionRule } from './rules.ts'

const regex = type('unknown').pipe((found, ctx): RegExp => {
  if (typeof found !== 'string')
    return refuse(ctx, [], `must be a regular expression in quotes, was ${showFound(found)}`)
  try {
    return pythonRegex(found)
  } catch (error) {
    if (!(error instanceof PatternMistake)) throw error
    return refuse(ctx, [], `is not a regular expression: ${error.message} in ${showFound(found)}`)
  }
})

const key = ark(text('the name of a metadata value'))

export const fieldKeys = { name: key, 'matches?': regex.array(), 'not_matches?': regex.array() } as const

const field = type({ '+': 'reject', ...fieldKeys }).pipe((read, ctx): FieldCondition =>
  read.matches === undefined && read.not_matches === undefined
    ? refuse(ctx, [], 'has no condition; it needs matches or not_matches')
    : { name: read.name, matches: read.matches ?? [], notMatches: read.not_matches ?? [] },
)

const fields = field.array()

/** A name beside `matches`, or a list of conditions. */
const nameOrFields = type('unknown').pipe((found, ctx) => {
  if (typeof found === 'string' && found !== '') return found
  if (Array.isArray(found)) return fields(found)
  return refuse(
    ctx,
    [],
    `must be the name of a metadata value or a list of conditions, was ${showFound(found)}`,
  )
})

export const selectionKeys = {
  'name?': ark(text('a name for this rule')),
  'has_keys?': key.array(),
  'lacks_keys?': key.array(),
  'field?': nameOrFields,
  'matches?': regex.array(),
  'not_matches?': regex.array(),
  'type?': ark(oneOf('plugin')),
  'function?': ark(functionName),
  'kwargs?': ark(tableOf('a table of arguments for function')),
} as const

export const selectionRule = type({ '+': 'reject', ...selectionKeys }).pipe((rule, ctx): SelectionRule => {
  const { field, matches, not_matches: notMatches, type: kind, function: called, kwargs } = rule
  const patterns = matches !== undefined ? 'matches' : notMatches !== undefined ? 'not_matches' : null
  if (patterns !== null && field === undefined) {
    return refuse(ctx, ['field'], `is missing; it must name the metadata value that ${patterns} is about`)
  }
  if (patterns !== null && typeof field !== 'string') {
    return refuse(ctx, [patterns], 'belongs into the entries of field, since that is a list')
  }
  if (typeof field === 'string' && patterns === null) {
    return refuse(ctx, ['field'], 'is only a name; beside it there must be matches or not_matches')
  }
  if (kind === 'plugin' && called === undefined) {
    return refuse(ctx, ['function'], 'is missing; it must be the name of a function that a plugin exports')
  }
  if (called !== undefined && kind === undefined) {
    return refuse(ctx, ['type'], 'is missing; beside function there must be type = "plugin"')
  }
  if (kwargs !== undefined && called === undefined)
    return refuse(ctx, ['kwargs'], 'needs a function that takes them')
  const fields =
    typeof field === 'string'
      ? [{ name: field, matches: matches ?? [], notMatches: notMatches ?? [] }]
      : (field ?? [])
  const hasKeys = rule.has_keys ?? []
  const lacksKeys = rule.lacks_keys ?? []
  if (hasKeys.length + lacksKeys.length + fields.length === 0 && called === undefined) {
    return refuse(ctx, [], 'has no condition; it needs has_keys, lacks_keys, field or a function')
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
