/** What the parser throws: `line` counts from 0, the message has an excerpt of the file below its first line.
 */
export type TomlError = Error & { readonly line: number; readonly col: number }

export const isTomlError = (error: unknown): error is TomlError =>
  error instanceof Error && error.name === 'TomlError' && 'line' in error && 'col' in error

/** The line (from 1) and one sentence: what was found, what was expected, and what to write where that is
 *  known. Never shows the rest of the line, since a secrets file is read in the same way. */
export const tomlMistake = (error: TomlError, text: string): { line: number; message: string } => {
  const lines = text.split(/\r?\n/)
  const cause = error.message.split(' at row ')[0] ?? ''
  // The parser's column is one too far on the first line only.
  const column = error.line === 0 ? error.col - 1 : error.col
  const here = { line: error.line + 1, found: foundAt(lines[error.line] ?? '', column), cause, lines }
  for (const explain of explanations) {
    const explained = explain(here)
    if (explained !== null) return explained
  }
  return { line: here.line, message: `this is not TOML: ${cause.charAt(0).toLowerCase()}${cause.slice(1)}` }
}

type Here = { line: number; found: string; cause: string; lines: readonly string[] }
type Explanation = (here: Here) => { line: number; message: string } | null

const foundAt = (line: string, column: number): string => {
  const character = line[column]
  return character === undefined ? 'the end of the line' : JSON.stringify(character)
}

const when =
  (pattern: RegExp, message: (here: Here) => string): Explanation =>
  (here) =>
    pattern.test(here.cause) ? { line: here.line, message: message(here) } : null

/** The parser stumbles over `07:08:09` where nothing but a fraction of a second could follow, and says so one
 *  character too late, often on the next line. */
const bareTime: Explanation = ({ cause, line, lines }) => {
  if (!/only whitespace or comments|expected whitespace, comma/.test(cause)) return null
  for (const at of [line, line - 1]) {
    const [time] =
      /(?<![-T\d]|\d )\b\d\d:\d\d:\d\d\b(?!\.\d)(?=\s*(?:[,\]}].*)?$)/.exec(lines[at - 1] ?? '') ?? []
    if (time !== undefined) return { line: at, message: `a time of day must be written as text: "${time}"` }
  }
  return null
}

const bareNumber: Explanation = ({ cause, line, lines }) => {
  const [, number] = /=\s*(0\d+)\s*(?:#.*)?$/.exec(lines[line - 1] ?? '') ?? []
  if (number === undefined || !/part of a? ?date/.test(cause)) return null
  const octal = /^0[0-7]+$/.test(number) ? `; an octal number is 0o${number.slice(1)}` : ''
  return { line, message: `${number} is not a number of TOML, since it begins with 0${octal}` }
}

const values = '"text" in quotes, a number, true, false, a [list] or a {table}'

const explanations: readonly Explanation[] = [
  bareTime,
  bareNumber,
  when(/expected "="|^Key ended/, ({ found }) => `a key must be followed by = and a value, found ${found}`),
  when(
    /only whitespace or comments/,
    ({ found }) => `the line must end after the value, found ${found}; text needs quotes`,
  ),
  when(
    /expecting string|Invalid boolean|^Key without value/,
    ({ found }) => `a value must be ${values}, found ${found}`,
  ),
  when(/^Incomplete (date|time)/, () => 'a date or time ends too early; write it as text, in quotes'),
  when(/redefine|extend/, () => 'this key or table stands in the file already'),
  when(/Unterminated string/, () => 'the text has no closing quote on its line'),
  when(/Unterminated multi-line/, () => 'the text in triple quotes is never closed'),
  when(/Unknown escape character: 1114112$/, () => 'the text has no closing quote on its line'),
  when(/out of range of code points/, () => 'there is no such character: the last one is \\U0010FFFF'),
  when(/^control characters/i, () => 'a text must not hold control characters; write \\t, \\n, \\u001B and the like'),
  when(/Invalid unicode/, () => 'there is no such character: \\uD800 to \\uDFFF are halves of one'),
  when(/Unknown escape/, ({ cause }) => {
    const character = String.fromCodePoint(Number(/\d+/.exec(cause)?.[0] ?? 0x3f))
    return `\\${character} means nothing in "double quotes"; write \\\\${character}, or use 'single quotes'`
  }),
  when(
    /Unterminated inline|expected whitespace, comma/,
    ({ found }) => `a list or table must go on with a comma or be closed, found ${found}`,
  ),
  when(
    /expected whitespace, \. or \]/,
    ({ found }) => `the name of a table must be closed with ], found ${found}`,
  ),
  when(/^Unknown character/, ({ found }) => `a line must begin with a key or a [table], found ${found}`),
]
