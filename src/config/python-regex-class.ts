import { PatternMistake } from './pattern-mistake.ts'
import { readEscape } from './python-regex-escape.ts'

/** Reads a class such as `[^\w.-]` that begins at `at`, and writes it with everything escaped that could be
 *  taken for more than itself. */
export const takeClass = (text: string, at: number, ascii: boolean): { written: string; length: number } => {
  let position = at + 1
  const negated = text[position] === '^'
  if (negated) position++
  let written = ''
  for (let first = true; first || text[position] !== ']'; first = false) {
    const from = takeMember(text, position, ascii)
    position += from.length
    if (text[position] !== '-' || text[position + 1] === ']' || text[position + 1] === undefined) {
      written += from.written
      continue
    }
    const to = takeMember(text, position + 1, ascii)
    const range = text.slice(position - from.length, position + 1 + to.length)
    if (from.code === null || to.code === null || from.code > to.code)
      throw new PatternMistake(`bad range ${range}`)
    written += `${from.written}-${to.written}`
    position += 1 + to.length
  }
  return { written: `[${negated ? '^' : ''}${written}]`, length: position + 1 - at }
}

/** `code` is null for a set such as `\d`. */
type Member = { written: string; length: number; code: number | null }

const takeMember = (text: string, at: number, ascii: boolean): Member => {
  const code = text.codePointAt(at)
  if (code === undefined) throw new PatternMistake('missing ]')
  const character = String.fromCodePoint(code)
  if (character !== '\\') return { written: member(code), length: character.length, code }
  const escape = readEscape(text, at, ascii, true)
  if (escape.is === 'set') return { written: escape.written, length: escape.length, code: null }
  if (escape.is !== 'character') throw new PatternMistake(`${text.slice(at, at + escape.length)} in a class`)
  const escaped = escape.character.codePointAt(0) ?? 0
  return { written: member(escaped), length: escape.length, code: escaped }
}

const member = (code: number): string => {
  const character = String.fromCodePoint(code)
  return /[\p{L}\p{N} _.,:;@'"]/u.test(character) && code < 0xd800 ? character : `\\u{${code.toString(16)}}`
}
