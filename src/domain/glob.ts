import { baseName, type Path } from './path.ts'

/** Whether a name, or a relative path, matches. */
export type NameTest = (name: Path) => boolean

/** One wildcard, or one code point that stands for itself. */
type Token = typeof star | number | ((code: number) => boolean)
const star = Symbol('*')

/** A pattern as Python's `fnmatch` has it: `*`, `?`, `[a-z]`, `[!a]`, `[]]`; case counts, all of the text
 *  must match, and `*` takes slashes and newlines too. Never more than pattern length × name length steps. */
export const compileGlob = (pattern: string): NameTest => {
  const tokens = tokensOf(pattern)
  return withoutTokens(tokens) ?? ((name) => matches(tokens, name))
}

const tokensOf = (pattern: string): readonly Token[] => {
  const characters = [...pattern]
  const tokens: Token[] = []
  for (let at = 0; at < characters.length; at += 1) {
    const one = characters[at] ?? ''
    const end = one === '[' ? endOfClass(characters, at) : -1
    if (end > 0) {
      tokens.push(classTest(characters.slice(at + 1, end)))
      at = end
    } else if (one === '*') {
      if (tokens.at(-1) !== star) tokens.push(star)
    } else tokens.push(one === '?' ? () => true : codeOf(one))
  }
  return tokens
}

/** Where the class ends that begins here; -1 for a bracket that stands for itself. A `]` right after the
 *  opening belongs to the class. */
const endOfClass = (characters: readonly string[], open: number): number => {
  const first = characters[open + 1] === '!' ? open + 2 : open + 1
  return characters.indexOf(']', first + 1)
}

/** What stands between brackets. A range whose end lies before its beginning takes nothing. */
const classTest = (members: readonly string[]): ((code: number) => boolean) => {
  const isNegated = members[0] === '!'
  const ranges: [number, number][] = []
  for (let at = isNegated ? 1 : 0; at < members.length; at += 1) {
    const isRange = members[at + 1] === '-' && at + 2 < members.length
    ranges.push([codeOf(members[at]), codeOf(members[isRange ? at + 2 : at])])
    if (isRange) at += 2
  }
  return (code) => ranges.some(([low, high]) => code >= low && code <= high) !== isNegated
}

const codeOf = (character: string | undefined): number => character?.codePointAt(0) ?? 0

/** The usual patterns (`*.json`, `.*`, `data_*`, `a.txt`) need no more than the comparison of strings. */
const withoutTokens = (tokens: readonly Token[]): NameTest | null => {
  if (tokens.some((token) => typeof token === 'function')) return null
  const pieces = ['']
  for (const token of tokens) {
    if (token === star) pieces.push('')
    else if (typeof token === 'number') pieces.push(pieces.pop() + String.fromCodePoint(token))
  }
  const [start = '', middle = '', end = ''] = pieces
  if (pieces.length === 1) return (name) => name === start
  if (pieces.length === 3 && start === '' && end === '') return (name) => name.includes(middle)
  if (pieces.length > 2) return null
  if (start === '') return (name) => name.endsWith(middle)
  if (middle === '') return (name) => name.startsWith(start)
  const shortest = start.length + middle.length
  return (name) => name.length >= shortest && name.startsWith(start) && name.endsWith(middle)
}

/** Only the last star met so far ever needs to take more, so there is one place to go back to. */
const matches = (tokens: readonly Token[], name: Path): boolean => {
  let [at, inName, lastStar, starTook] = [0, 0, -1, 0]
  while (inName < name.length) {
    const token = tokens[at]
    const code = name.codePointAt(inName) ?? 0
    if (token === star) {
      lastStar = at
      starTook = inName
      at += 1
    } else if (typeof token === 'function' ? token(code) : token === code) {
      at += 1
      inName += width(code)
    } else if (lastStar >= 0) {
      starTook += width(name.codePointAt(starTook) ?? 0)
      inName = starTook
      at = lastStar + 1
    } else return false
  }
  return at === tokens.length || (at === tokens.length - 1 && tokens[at] === star)
}

const width = (code: number): number => (code > 0xffff ? 2 : 1)

/** What the patterns of a watch say of a file. */
export type Taking = 'taken' | 'ignored' | 'unmatched'

/** Says of a path relative to its watch whether it is wanted. */
export type PatternTest = {
  (relativePath: Path): Taking
  /** Whether a file that is unmatched would be taken if case did not count: `A.JSON` for `*.json`. */
  readonly isNearMiss: (relativePath: Path) => boolean
}

/** The patterns of a watch, compiled once. One with a `/` is held against the relative path, any other
 *  against the file name. What is ignored stays ignored; `patterns` null takes every other name. */
export const compilePatterns = (
  of: { readonly patterns: readonly string[] | null; readonly ignorePatterns: readonly string[] },
): PatternTest => {
  const takes = of.patterns === null ? () => true : anyOf(of.patterns)
  const takesAnyCase = anyOf((of.patterns ?? []).map((pattern) => pattern.toLowerCase()))
  const ignores = anyOf(of.ignorePatterns)
  const decide = (path: Path): Taking => {
    const name = baseName(path)
    if (ignores(name, path)) return 'ignored'
    return takes(name, path) ? 'taken' : 'unmatched'
  }
  const isNearMiss = (path: Path): boolean => {
    const lower = path.toLowerCase()
    return decide(path) === 'unmatched' && takesAnyCase(baseName(lower), lower)
  }
  return Object.assign(decide, { isNearMiss })
}

const anyOf = (patterns: readonly string[]): ((name: Path, path: Path) => boolean) => {
  const tests = patterns.map((pattern) => ({ onPath: pattern.includes('/'), test: compileGlob(pattern) }))
  return (name, path) => tests.some(({ onPath, test }) => test(onPath ? path : name))
}
