import { baseName, type Path } from './path.ts'
import { showText } from './show.ts'
import { sumsIn } from './sums.ts'

/** What the name of a group's manifest ends in. */
export const manifestExtension = '.manifest'

/** What a manifest says of one file; `sizeBytes` null where its form has no sizes. */
export type Listed = { readonly sizeBytes: number | null; readonly sha256: string }

export type Manifest =
  | { readonly is: 'manifest'; readonly names: readonly string[]; find(name: Path): Listed | null }
  | { readonly is: 'malformed'; readonly reason: string }

/** Reads what `hashdeep` wrote, with sizes, or `sha256sum`, without. Of a path only the last part counts. */
export const parseManifest = (text: string): Manifest => {
  const lines = text.replace(/^\ufeff/, '').split(/[\r\n]+/).filter((line) => !/^\s*(#|$)/.test(line))
  if (lines.length === 0) return { is: 'malformed', reason: 'it is empty' }
  return lines[0]?.startsWith('%%%% HASHDEEP') ? hashdeep(lines) : sums(text, lines)
}

const hashdeep = (lines: readonly string[]): Manifest => {
  const columns = /^%%%% (size,.*filename)$/.exec(lines[1] ?? '')?.[1]?.split(',') ?? []
  const at = columns.indexOf('sha256')
  if (at < 0) return { is: 'malformed', reason: 'it has no column sha256; write it with "hashdeep -c sha256"' }
  const listed = new Map<string, Listed>()
  for (const line of lines.slice(2)) {
    const fields = line.split(',')
    const [size = '', sha256 = ''] = [fields[0], fields[at]?.toLowerCase()]
    const name = baseName(fields.slice(columns.length - 1).join(','))
    if (!/^\d+$/.test(size) || !/^[0-9a-f]{64}$/.test(sha256) || name === '') return badLine(line)
    const before = listed.get(name)
    if (before !== undefined && before.sha256 !== sha256) {
      return { is: 'malformed', reason: `it has two different digests for ${showText(name)}` }
    }
    listed.set(name, { sizeBytes: Number(size), sha256 })
  }
  return { is: 'manifest', names: [...listed.keys()], find: (name) => listed.get(name) ?? null }
}

const sums = (text: string, lines: readonly string[]): Manifest => {
  const listed = new Map<string, Listed>()
  const sumOf = sumsIn(text)
  for (const line of lines) {
    const name = /^\\?SHA-?256 ?\((.+)\) ?=/i.exec(line)?.[1] ?? /^\\?[0-9a-f]{64}[ \t]+\*?(.+)$/i.exec(line)?.[1]
    const sum = name === undefined ? null : sumOf(baseName(name))
    if (name === undefined || sum === null) return badLine(line)
    if (sum.is === 'malformed') return sum
    listed.set(baseName(name), { sizeBytes: null, sha256: sum.digest })
  }
  return { is: 'manifest', names: [...listed.keys()], find: (name) => listed.get(name) ?? null }
}

const badLine = (line: string): Manifest => ({
  is: 'malformed', reason: `"${showText(line.slice(0, 80))}" is not a line as hashdeep or sha256sum writes it`,
})
