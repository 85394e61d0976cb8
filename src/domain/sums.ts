import { baseName, type Path } from './path.ts'
import { showText } from './show.ts'

/** What the name of a checksum sidecar ends in. */
export const checksumExtension = '.sha256'

/** The name or path of the checksum sidecar of a file; `sidecarOf` is its inverse. */
export const sidecarName = (path: Path): Path => path + checksumExtension

/** What a checksum sidecar says about one file. */
export type Sums =
  | { readonly is: 'sum'; readonly sha256: string }
  | { readonly is: 'malformed'; readonly reason: string }

/** `name` is null where the line has only a digest, or `-` for what was read from standard input. */
type Line = { readonly name: string | null; readonly sha256: string }

/** Reads what `sha256sum` (also with `--tag`, in text and binary mode, with escaped names) or a person wrote:
 *  the digest of the file `name`, in lower case. Of a path only the last part counts; a digest alone counts
 *  for any name. What cannot be used is told with its reason, as a sentence about the sidecar. */
export const parseSums = (text: string, name: Path): Sums => {
  if (text.includes('\0')) return malformed('it holds NUL bytes; is it UTF-16?')
  const written = text.replace(/^\ufeff/, '').split(/[\r\n]+/).filter((line) => !/^\s*(#|$)/.test(line))
  if (written.length === 0) return malformed('it is empty')
  const lines = written.map(readLine)
  const own = ownLines(lines.filter((line) => line !== null), name)
  const [first, second] = [...new Set(own.map((line) => line.sha256))]
  if (second !== undefined) return malformed(`it has two different digests for ${showText(name)}`)
  if (first !== undefined) return { is: 'sum', sha256: first }
  const bad = written.find((_, index) => lines[index] === null)
  return malformed(bad === undefined ? `it names ${namesOf(lines)}, not ${showText(name)}` : whyNot(bad))
}

const malformed = (reason: string): Sums => ({ is: 'malformed', reason })

const digest = String.raw`([0-9a-fA-F]{64})`
const plainLine = new RegExp(String.raw`^(\\?)${digest}(?: [ *]|[ \t]+\*?)(.+)$`, 's')
const taggedLine = new RegExp(String.raw`^(\\?)SHA-?256 ?\((.+)\) ?= ?${digest}\s*$`, 'is')
const bareLine = new RegExp(String.raw`^\s*${digest}\s*$`)

const readLine = (line: string): Line | null => {
  const [, bare] = bareLine.exec(line) ?? []
  if (bare !== undefined) return { name: null, sha256: bare.toLowerCase() }
  const [, tagEscape, tagName = '', tagSum] = taggedLine.exec(line) ?? []
  if (tagSum !== undefined) return { name: unescaped(tagName, tagEscape), sha256: tagSum.toLowerCase() }
  const [, escape, sum, name = ''] = plainLine.exec(line) ?? []
  if (sum === undefined) return null
  return { name: name.trim() === '-' ? null : unescaped(name, escape), sha256: sum.toLowerCase() }
}

/** A line that begins with a backslash writes backslash, newline and carriage return as two characters. */
const unescaped = (name: string, escape: string | undefined): string =>
  escape === '\\' ? name.replace(/\\[\\nr]/g, (pair) => escapes[pair] ?? pair) : name

const escapes: Readonly<Record<string, string>> = { '\\\\': '\\', '\\n': '\n', '\\r': '\r' }

/** The lines that speak of this file: by its very name, else by a path to it, else those without a name. */
const ownLines = (lines: readonly Line[], name: Path): readonly Line[] => {
  const exact = lines.filter((line) => line.name === name)
  if (exact.length > 0) return exact
  const byBase = lines.filter((line) => line.name !== null && baseName(line.name) === name)
  return byBase.length > 0 ? byBase : lines.filter((line) => line.name === null)
}

const namesOf = (lines: readonly (Line | null)[]): string => {
  const names = lines.flatMap((line) => (line?.name == null ? [] : [showText(line.name)]))
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')
}

const otherDigests: Readonly<Record<number, string>> = {
  32: 'MD5', 40: 'SHA-1', 56: 'SHA-224', 96: 'SHA-384', 128: 'SHA-512',
}

const whyNot = (line: string): string => {
  const length = /(?:^|[\s\\=])([0-9a-fA-F]{32,})(?:\s|$)/.exec(line)?.[1]?.length ?? 0
  const other = otherDigests[length]
  if (other !== undefined) return `its digest has ${length} hex digits, as ${other} has; SHA-256 has 64`
  if (length > 0) return `its digest has ${length} hex digits; SHA-256 has 64`
  return `"${showText(line.slice(0, 80))}" is not a line as sha256sum writes it`
}
