import { isTable } from './toml.ts'

/** One value of a TOML file, read into what the program works with. */
export type Leaf<Value> = {
  /** Reads on from `must be`. */
  readonly expected: string
  /** Undefined for what it does not take. */
  readonly read: (found: unknown) => Value | undefined
  /** What is wrong with what `read` did not take; reads on from the key. */
  readonly mistake: (found: unknown) => string
}

/** A leaf whose mistakes say that it `must be ${expected}`, what was found, and, where `hint` knows, what to write. What was
 *  found is not shown where `show` gives null. */
export const leaf = <Value>(
  expected: string,
  read: (found: unknown) => Value | undefined,
  hint: (found: unknown) => string | null = () => null,
  show: (found: unknown) => string | null = showFound,
): Leaf<Value> => ({
  expected, read,
  mistake: (found) => {
    const shown = show(found)
    const advice = hint(found)
    const was = shown === null ? '' : `, was ${shown}`
    return `must be ${expected}${was}${advice === null ? '' : `; ${advice}`}`
  },
})

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
