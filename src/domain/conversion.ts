/** Turns a value into text, or says in words what the value is instead of what was needed. */
export type Conversion = (value: unknown) => { readonly text: string } | { readonly refused: string }

/** What is wrong with a part of a template, and at which character of it, counted from 0. */
export type Mistake = { readonly at: number; readonly message: string; readonly remedy: string }

/** A value as it stands in a path when nothing else is asked for; datetimes as ISO 8601 in UTC. */
export const plainText: Conversion = (value) => {
  switch (typeof value) {
    case 'string':
      return { text: value }
    case 'bigint':
    case 'boolean':
      return { text: String(value) }
    case 'number':
      return Number.isFinite(value) ? { text: String(value) } : { refused: `is ${value}` }
    default:
      return value instanceof Date && !Number.isNaN(value.getTime())
        ? { text: value.toISOString() }
        : { refused: `is ${kindOf(value)}` }
  }
}

/** What a value is, for people who gave another one than was needed. */
export const kindOf = (value: unknown): string => {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid date' : 'a datetime'
  if (typeof value === 'string') return 'text'
  if (typeof value === 'boolean') return 'true or false'
  if (typeof value === 'bigint' || Number.isInteger(value)) return 'a whole number'
  return typeof value === 'number' ? 'a number' : `a ${typeof value}`.replace('a object', 'an object')
}
