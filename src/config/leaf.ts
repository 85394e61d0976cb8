import { isTable } from './toml.ts'

/** One value of a TOML file, read into what the program works with.
 *
 * `read` gives undefined for what it does not take; then the mistake says that it `must be ${expected}`, what
 * was found, and, where `hint` knows, what to write. */
export type Leaf<Value> = {
  readonly expected: string
  readonly read: (found: unknown) => Value | undefined
  readonly hint: (found: unknown) => string | null
  /** What was found, for people; null where it is never shown. */
  readonly show: (found: unknown) => string | null
}

export const leaf = <Value>(
  expected: string,
  read: (found: unknown) => Value | undefined,
  hint: (found: unknown) => string | null = () => null,
  show: (found: unknown) => string | null = showFound,
): Leaf<Value> => ({ expected, read, hint, show })

/** What stands in the file, short enough for a line. */
export const showFound = (found: unknown): string => {
  if (Array.isArray(found)) return 'a list'
  if (isTable(found)) return 'a table'
  if (found instanceof Date) return 'a date or time'
  if (typeof found !== 'string') return String(found)
  const characters = [...found]
  return JSON.stringify(characters.length > 60 ? `${characters.slice(0, 57).join('')}…` : found)
}

/** `"copy", "move" or "symlink"` */
export const anyOf = (words: readonly string[]): string => {
  const quoted = words.map((word) => JSON.stringify(word))
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}
