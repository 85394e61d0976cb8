import { baseName, type Path } from './path.ts'
import { showText } from './show.ts'

/** The digests that a sidecar may hold. */
export const checksumAlgorithms = ['sha256', 'md5'] as const
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number]

/** So much is read of a file that says what others hold: some 50,000 lines. */
export const sumsLimitBytes = 4 << 20

/** The name or path of the checksum sidecar of a file; `sidecarOf` is its inverse. */
export const sidecarName = (path: Path, algorithm: ChecksumAlgorithm = 'sha256'): Path => `${path}.${algorithm}`

/** What a checksum sidecar says about one file. */
export type Sums =
  | { readonly is: 'sum'; readonly digest: string }
  | { readonly is: 'malformed'; readonly reason: string }

/** `name` is null where the line has only a digest, or `-` for what was read from standard input. */
type Line = { readonly name: string | null; readonly digest: string }

/** Reads what `sha256sum` or `md5sum` (also with `--tag`, in text and binary mode, with escaped names) or a person wrote:
 *  the digest of the file `name`, in lower case. Of a path only the last part counts; a digest alone counts
 *  for any name. What cannot be used is told with its reason, as a sentence about the sidecar. */
export const parseSums = (text: string, name: Path, algorithm: ChecksumAlgorithm = 'sha256'): Sums =>
  sumsIn(text, algorithm)(name)

/** The same for any number of names, for which the text is read once. */
export const sumsIn = (text: string, algorithm: ChecksumAlgorithm = 'sha256'): ((name: Path) => Sums) => {
  const forms = formsOf[algorithm]
  if (text.includes('\0')) return () => malformed('it holds NUL bytes; is it UTF-16?')
  const written = text.replace(/^\ufeff/, '').split(/[\r\n]+/).filter((line) => !/^\s*(#|$)/.test(line))
  if (written.length === 0) return () => malformed('it is empty')
  const lines = written.map((line) => readLine(line, forms))
  const ownLines = linesByName(lines.filter((line) => line !== null))
  return (name) => {
    const [first, second] = new Set(ownLines(name).map((line) => line.digest))
    if (second !== undefined) return malformed(`it has two different digests for ${showText(name)}`)
    if (first !== undefined) return { is: 'sum', digest: first }
    const bad = written.find((_, index) => lines[index] === null)
    return malformed(bad === undefined ? `it names ${namesOf(lines)}, not ${showText(name)}` : whyNot(bad, forms))
  }
}

const malformed = (reason: string): Sums => ({ is: 'malformed', reason })

/** How a digest of one kind is written down. */
type Forms = {
  readonly title: string
  readonly tool: string
  readonly hexDigits: number
  readonly plain: RegExp
  readonly tagged: RegExp
  readonly bare: RegExp
}

const forms = (title: string, tag: string, tool: string, hexDigits: number): Forms => {
  const digest = String.raw`([0-9a-fA-F]{${hexDigits}})`
  return {
    title, tool, hexDigits,
    plain: new RegExp(String.raw`^(\\?)${digest}(?: [ *]|[ \t]+\*?)(.+)$`, 's'),
    tagged: new RegExp(String.raw`^(\\?)${tag} ?\((.+)\) ?= ?${digest}\s*$`, 'is'),
    bare: new RegExp(String.raw`^\s*${digest}\s*$`),
  }
}

const formsOf: Readonly<Record<ChecksumAlgorithm, Forms>> = {
  sha256: forms('SHA-256', 'SHA-?256', 'sha256sum', 64),
  md5: forms('MD5', 'MD5', 'md5sum', 32),
}

/** What a digest is called in a sentence. */
export const digestTitle = (algorithm: ChecksumAlgorithm): string => formsOf[algorithm].title

const readLine = (line: string, { plain, tagged, bare }: Forms): Line | null => {
  const [, alone] = bare.exec(line) ?? []
  if (alone !== undefined) return { name: null, digest: alone.toLowerCase() }
  const [, tagEscape, tagName = '', tagSum] = tagged.exec(line) ?? []
  if (tagSum !== undefined) return { name: unescaped(tagName, tagEscape), digest: tagSum.toLowerCase() }
  const [, escape, sum, name = ''] = plain.exec(line) ?? []
  if (sum === undefined) return null
  return { name: name.trim() === '-' ? null : unescaped(name, escape), digest: sum.toLowerCase() }
}

/** A line that begins with a backslash writes backslash, newline and carriage return as two characters. */
const unescaped = (name: string, escape: string | undefined): string =>
  escape === '\\' ? name.replace(/\\[\\nr]/g, (pair) => escapes[pair] ?? pair) : name

const escapes: Readonly<Record<string, string>> = { '\\\\': '\\', '\\n': '\n', '\\r': '\r' }

/** The lines that speak of a file: by its very name, else by a path to it, else those without a name. */
const linesByName = (lines: readonly Line[]): ((name: Path) => readonly Line[]) => {
  const exact = Map.groupBy(lines, (line) => line.name)
  const byBase = Map.groupBy(lines, (line) => (line.name === null ? null : baseName(line.name)))
  return (name) => exact.get(name) ?? byBase.get(name) ?? exact.get(null) ?? []
}

const namesOf = (lines: readonly (Line | null)[]): string => {
  const names = lines.flatMap((line) => (line?.name == null ? [] : [showText(line.name)]))
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')
}

const otherDigests: Readonly<Record<number, string>> = {
  32: 'MD5', 40: 'SHA-1', 56: 'SHA-224', 64: 'SHA-256', 96: 'SHA-384', 128: 'SHA-512',
}

const whyNot = (line: string, { title, tool, hexDigits }: Forms): string => {
  const length = /(?:^|[\s\\=])([0-9a-fA-F]{32,})(?:\s|$)/.exec(line)?.[1]?.length ?? 0
  const other = otherDigests[length]
  if (other !== undefined) return `its digest has ${length} hex digits, as ${other} has; ${title} has ${hexDigits}`
  if (length > 0) return `its digest has ${length} hex digits; ${title} has ${hexDigits}`
  return `"${showText(line.slice(0, 80))}" is not a line as ${tool} writes it`
}
