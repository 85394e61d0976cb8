import { PatternMistake } from './pattern-mistake.ts'

/** The flags of Python that are in force at a place in a pattern. */
export type Flags = {
  readonly ignoreCase: boolean
  readonly multiline: boolean
  readonly dotAll: boolean
  readonly ascii: boolean
}

export const noFlags: Flags = { ignoreCase: false, multiline: false, dotAll: false, ascii: false }

const names = new Map<string, keyof Flags>([
  ['i', 'ignoreCase'],
  ['m', 'multiline'],
  ['s', 'dotAll'],
  ['a', 'ascii'],
])

/** The flags after `(?ims)` switched some on, or `(?-ims:` off. */
export const withFlags = (flags: Flags, letters: string, on: boolean): Flags => {
  let changed = flags
  for (const letter of letters) {
    const name = names.get(letter)
    if (letter === 'x')
      throw new PatternMistake('the flag x (verbose) is not known here; write it without the spaces')
    if (name === undefined && letter !== 'u') throw new PatternMistake(`the flag ${letter} is not known here`)
    changed = name === undefined ? { ...changed, ascii: !on } : { ...changed, [name]: on }
  }
  return changed
}
