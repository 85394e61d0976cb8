import { PatternMistake } from './pattern-mistake.ts'
import { takeClass } from './python-regex-class.ts'
import { readEscape } from './python-regex-escape.ts'
import { noFlags, withFlags, type Flags } from './python-regex-flags.ts'
import { openGroups, type Groups, type Piece } from './python-regex-groups.ts'

/** Compiles a regular expression in Python's syntax to one that matches the same texts.
 *
 * The two languages write much alike and mean it differently: Python's `$` lets a last line feed follow, its
 * `.` stops at `\n` alone, `\w`, `\d`, `\s` and `\b` know all scripts. So the pattern is read piece by piece
 * and written anew. What has no equal here (`(?x)`, possessive and atomic groups, conditionals, references to
 * a group that may not have taken part) throws a PatternMistake. JavaScript's own `(?<n>…)`, `\k<n>` and
 * `\p{…}` are taken as they are. The result has neither `g` nor `y`, so it keeps no state. */
export const pythonRegex = (pattern: string): RegExp => {
  const { flags, rest } = leadingFlags(pattern, noFlags)
  const written = translate(rest, flags)
  try {
    return new RegExp(written, flags.ignoreCase ? 'iv' : 'v')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new PatternMistake(reason.replace(/^Invalid regular expression: /, ''))
  }
}

const leadingFlags = (pattern: string, before: Flags): { flags: Flags; rest: string } => {
  const [start, letters] = /^\(\?([a-zA-Z]+)\)/.exec(pattern) ?? []
  if (start === undefined || letters === undefined) return { flags: before, rest: pattern }
  return leadingFlags(pattern.slice(start.length), withFlags(before, letters, true))
}

const translate = (text: string, flags: Flags): string => {
  const groups = openGroups(flags)
  let written = ''
  let repeatable = false
  for (let at = 0; at < text.length;) {
    const remark = remarkAt(text, at)
    at += remark.length
    if (remark !== '') continue
    const quantifier = takeQuantifier(text, at)
    if (quantifier !== null && !repeatable)
      throw new PatternMistake(`nothing to repeat before ${quantifier.taken}`)
    if (quantifier?.mayBeZero) groups.lastMayBeAbsent()
    const piece = quantifier ?? takePiece(text, at, groups)
    written += piece.written
    at += piece.length
    repeatable = piece.repeatable
  }
  groups.end()
  return written
}

/** `(?#…)`; a quantifier behind it belongs to what stands before it. */
const remarkAt = (text: string, at: number): string => {
  remark.lastIndex = at
  return remark.exec(text)?.[0] ?? ''
}

const takePiece = (text: string, at: number, groups: Groups): Piece => {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
  if (character !== ')') groups.beginPiece()
  switch (character) {
    case '(':
      return groups.open(text, at)
    case ')':
      return groups.close()
    case '|':
      return groups.alternative()
    case '[':
      return { ...takeClass(text, at, groups.flags().ascii), repeatable: true }
    case '\\':
      return takeEscape(text, at, groups)
    default:
      return takeCharacter(character, groups.flags())
  }
}

const takeCharacter = (character: string, flags: Flags): Piece => {
  if (character === '.') return { written: flags.dotAll ? '[^]' : '[^\\n]', length: 1, repeatable: true }
  if (character === '^')
    return { written: flags.multiline ? '(?<![^\\n])' : '^', length: 1, repeatable: false }
  if (character === '$')
    return { written: flags.multiline ? '(?![^\\n])' : '(?=\\n?$)', length: 1, repeatable: false }
  return { written: literal(character), length: character.length, repeatable: true }
}

const takeEscape = (text: string, at: number, groups: Groups): Piece => {
  const escape = readEscape(text, at, groups.flags().ascii)
  const { length } = escape
  if (escape.is === 'reference') return { written: groups.reference(escape.to), length, repeatable: true }
  if (escape.is === 'character') return { written: literal(escape.character), length, repeatable: true }
  return { written: escape.written, length, repeatable: escape.is === 'set' }
}

/** One character that means itself, outside of a class. */
const literal = (character: string): string => {
  if (/[\^$\\.*+?()[\]{}|/]/.test(character)) return `\\${character}`
  return /[\0-\x1f\x7f\u2028\u2029\ud800-\udfff]/u.test(character)
    ? `\\u{${character.codePointAt(0)?.toString(16)}}`
    : character
}

/** `*`, `+?`, `{2,}`, `{,3}`; null where what stands here is none. Python takes `{}` and `{a}` for
 *  themselves. */
const takeQuantifier = (text: string, at: number): (Piece & { taken: string; mayBeZero: boolean }) | null => {
  quantifier.lastIndex = at
  const [taken, sign, low = '', comma = '', high = '', mode] = quantifier.exec(text) ?? []
  if (taken === undefined || (sign === undefined && low === '' && comma === '')) return null
  if (mode === '+')
    throw new PatternMistake(`the possessive ${taken} has no equal here; write it without the last +`)
  const written = sign ?? `{${low === '' ? 0 : low}${comma}${high}}`
  const mayBeZero = sign === '*' || sign === '?' || (sign === undefined && Number(low) === 0)
  return { written: `${written}${mode}`, length: taken.length, repeatable: false, taken, mayBeZero }
}

const quantifier = /(?:([*+?])|\{(\d*)(?:(,)(\d*))?\})([?+]?)/y
const remark = /\(\?#[^)]*\)/y
