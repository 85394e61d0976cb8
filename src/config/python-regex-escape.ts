import { PatternMistake } from './pattern-mistake.ts'

/** What a backslash begins: one character, a set of them, a place between two, or what a group matched. */
export type Escape =
  | { readonly is: 'character'; readonly character: string; readonly length: number }
  | { readonly is: 'set' | 'place'; readonly written: string; readonly length: number }
  | { readonly is: 'reference'; readonly to: string | number; readonly length: number }

/** Reads the escape that begins at `at`, in Python's meaning. */
export const readEscape = (text: string, at: number, ascii: boolean, inClass = false): Escape => {
  const letter = text[at + 1]
  if (letter === undefined) throw new PatternMistake('a backslash at the end')
  const rest = text.slice(at, at + 80)
  return (
    setEscape(letter, ascii) ??
    (inClass ? null : placeEscape(letter, ascii)) ??
    numberedEscape(rest, inClass) ??
    codeEscape(rest) ??
    namedEscape(rest) ??
    characterEscape(text, at, inClass)
  )
}

const space =
  '\\t-\\r\\u{1c}-\\u{20}\\u{85}\\u{a0}\\u{1680}\\u{2000}-\\u{200a}' +
  '\\u{2028}\\u{2029}\\u{202f}\\u{205f}\\u{3000}'
const sets = {
  unicode: { d: '\\p{Nd}', w: '\\p{L}\\p{N}_', s: space },
  ascii: { d: '0-9', w: 'a-zA-Z0-9_', s: '\\t-\\r\\u{20}' },
}

const setEscape = (letter: string, ascii: boolean): Escape | null => {
  const kind = letter.toLowerCase()
  if (kind !== 'd' && kind !== 'w' && kind !== 's') return null
  const inside = sets[ascii ? 'ascii' : 'unicode'][kind]
  return { is: 'set', written: `[${kind === letter ? '' : '^'}${inside}]`, length: 2 }
}

const placeEscape = (letter: string, ascii: boolean): Escape | null => {
  const word = `[${sets[ascii ? 'ascii' : 'unicode'].w}]`
  const written = {
    A: '(?<![^])',
    Z: '(?![^])',
    z: '(?![^])',
    b: `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`,
    // On the empty text it fails in Python.
    B: `(?!(?<![^])(?![^]))(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`,
  }[letter]
  return written === undefined ? null : { is: 'place', written, length: 2 }
}

/** `\0`, `\012` and `\377` are characters by their octal number, `\1` to `\99` are references. */
const numberedEscape = (rest: string, inClass: boolean): Escape | null => {
  const [octal] = /^\\(?:0[0-7]{0,2}|[0-7]{3})/.exec(rest) ?? []
  if (octal !== undefined) return character(Number.parseInt(octal.slice(1), 8), octal, 0o377)
  const [reference] = /^\\[1-9]\d?/.exec(rest) ?? []
  if (reference === undefined) return null
  if (inClass) throw new PatternMistake(`${reference} means nothing in a class`)
  return { is: 'reference', to: Number(reference.slice(1)), length: reference.length }
}

const codeEscape = (rest: string): Escape | null => {
  const [code] = /^\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/.exec(rest) ?? []
  return code === undefined ? null : character(Number.parseInt(code.slice(2), 16), code, 0x10ffff)
}

const character = (code: number, taken: string, most: number): Escape => {
  if (code > most) throw new PatternMistake(`${taken} is no character`)
  return { is: 'character', character: String.fromCodePoint(code), length: taken.length }
}

const namedEscape = (rest: string): Escape | null => {
  const [property] = /^\\[pP]\{[\w=]+\}/.exec(rest) ?? []
  if (property !== undefined) return { is: 'set', written: property, length: property.length }
  const [reference, to] = /^\\k<([^>]+)>/.exec(rest) ?? []
  return reference === undefined || to === undefined
    ? null
    : { is: 'reference', to, length: reference.length }
}

const controls: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', a: '\x07' }

const characterEscape = (text: string, at: number, inClass: boolean): Escape => {
  const character = String.fromCodePoint(text.codePointAt(at + 1) ?? 0)
  const control = character === 'b' && inClass ? '\b' : controls[character]
  if (control !== undefined) return { is: 'character', character: control, length: 2 }
  if (/[a-zA-Z0-9]/.test(character)) throw new PatternMistake(`\\${character} means nothing`)
  return { is: 'character', character, length: 1 + character.length }
}
