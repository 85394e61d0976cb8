import { ConfigFault } from './problem.ts'
import { textCursor, type TextCursor } from './text-cursor.ts'

/** Where a value stands: keys of tables and indices of lists, from the root of the file. */
export type TomlPath = readonly (string | number)[]

/** The line of a value, counted from 1; for what is not there, the line of the table it is missing from. */
export type LineOf = (path: TomlPath) => number

/** Every key, table and list element of a file, with its line. */
export type TomlLines = { readonly paths: readonly TomlPath[]; readonly lineOf: LineOf }

/** Finds the line of every key, table and list element of a text that is valid TOML.
 *
 * The parser tells no positions. This walks the text a second time, knows only what separates things, and
 * stops in silence where the text is not TOML after all. Throws a ConfigFault where things are nested deeper, or named
 * longer, than anybody means: each would cost more time and memory than the one before. */
export const indexLines = (text: string, file = ''): TomlLines => {
  const lines = new Map<string, number>()
  const paths: TomlPath[] = []
  const cursor = textCursor(text)
  walk(cursor, (path, isItself) => {
    const key = path.join('\0')
    if (path.length > deepest) throw new ConfigFault([{ file, line: cursor.line(), message: tooDeep }])
    if (key.length > longest) throw new ConfigFault([{ file, line: cursor.line(), message: tooLong }])
    if (!lines.has(key)) paths.push(path)
    if (isItself || !lines.has(key)) lines.set(key, cursor.line())
  })
  const lineOf: LineOf = (path) => {
    for (let length = path.length; length > 0; length--) {
      const line = lines.get(path.slice(0, length).join('\0'))
      if (line !== undefined) return line
    }
    return 1
  }
  return { paths, lineOf }
}

/** Tables and lists within one another. */
const deepest = 32
const tooDeep = `tables and lists are nested more than ${deepest} deep here`
/** Characters of a key with those of the tables that it stands in. */
const longest = 1000
const tooLong = `a key, with the tables that it stands in, has more than ${longest} characters here`

/** Told of each path where it stands; `isItself` is false for the tables on the way to it. */
type Note = (path: TomlPath, isItself: boolean) => void

const walk = (cursor: TextCursor, note: Note) => {
  const lengths = new Map<string, number>()
  let table: TomlPath = []
  for (cursor.take(blank); !cursor.atEnd(); cursor.take(blank)) {
    const before = cursor.position()
    const brackets = cursor.take(openingBrackets)
    if (brackets === '') takePair(cursor, note, table)
    else {
      table = openTable(lengths, takeKeys(cursor), brackets === '[[')
      noteAll(note, table, 1)
      cursor.take(closingBrackets)
    }
    if (cursor.position() === before) return
  }
}

/** `[a.b]` opens a table, `[[a.b]]` one more element of a list; a list on the way means its last element. */
const openTable = (lengths: Map<string, number>, keys: readonly string[], isElement: boolean): TomlPath => {
  const path: (string | number)[] = []
  for (const [index, key] of keys.entries()) {
    path.push(key)
    const list = path.join('\0')
    if (isElement && index === keys.length - 1) lengths.set(list, (lengths.get(list) ?? 0) + 1)
    const length = lengths.get(list)
    if (length !== undefined) path.push(length - 1)
  }
  return path
}

const noteAll = (note: Note, path: TomlPath, from: number) => {
  for (let length = from; length < path.length; length++) note(path.slice(0, length), false)
  if (path.length >= from) note(path, true)
}

const takePair = (cursor: TextCursor, note: Note, table: TomlPath) => {
  const path = [...table, ...takeKeys(cursor)]
  noteAll(note, path, table.length + 1)
  cursor.take(equals)
  takeValue(cursor, note, path)
}

const takeKeys = (cursor: TextCursor): string[] => {
  const keys: string[] = []
  do {
    cursor.take(spaces)
    keys.push(unquote(cursor.take(quotedText) || cursor.take(bareKey)))
    cursor.take(spaces)
  } while (keys.length <= deepest && cursor.take(dot) !== '')
  return keys
}

const takeValue = (cursor: TextCursor, note: Note, path: TomlPath): void => {
  cursor.take(spaces)
  if (cursor.take(openingBracket) !== '') {
    takeElements(cursor, ']', (index) => {
      note([...path, index], true)
      takeValue(cursor, note, [...path, index])
    })
  } else if (cursor.take(openingBrace) !== '') takeElements(cursor, '}', () => takePair(cursor, note, path))
  else if (cursor.take(multilineText) === '' && cursor.take(quotedText) === '') cursor.take(bareValue)
}

/** What stands between here and `closing`, separated by commas. */
const takeElements = (cursor: TextCursor, closing: string, takeOne: (index: number) => void) => {
  for (let index = 0; ; index++) {
    cursor.take(blank)
    if (cursor.atEnd() || cursor.next() === closing) break
    const before = cursor.position()
    takeOne(index)
    cursor.take(blank)
    cursor.take(comma)
    if (cursor.position() === before) break
  }
  cursor.take(anything)
}

const blank = /(?:[ \t\r\n]|#[^\n]*)+/y
const spaces = /[ \t]+/y
const dot = /\./y
const equals = /[ \t]*=/y
const comma = /,/y
const anything = /[^]/y
const openingBracket = /\[/y
const openingBrace = /\{/y
const openingBrackets = /\[\[?/y
const closingBrackets = /[ \t]*\]\]?/y
const bareKey = /[^\s.=\]"'[{},#]+/y
const bareValue = /[^,\]}#\n]*/y
const quotedText = /"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/y
const multilineText = /"""(?:[^"\\]|\\[^]|"(?!""))*"{3,5}|'''(?:[^']|'(?!''))*'{3,5}/y

const escapes: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r' }

const unquote = (key: string): string => {
  if (key.startsWith("'")) return key.slice(1, -1)
  if (!key.startsWith('"')) return key
  return key.slice(1, -1).replace(/\\(?:u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/gi, (_, short, long, one) => {
    const code = short ?? long
    if (code === undefined) return escapes[one] ?? one
    return String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff))
  })
}
