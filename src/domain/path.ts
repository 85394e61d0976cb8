/** A path of any bytes as a string.
 *
 * Linux names are bytes. What is valid UTF-8 stands as itself; every other byte 0xHH stands as the lone surrogate
 * U+DCHH, as Python's `surrogateescape` does, so that a path survives string work, messages between threads and
 * comparison without loss. Only `pathBytes` and `showPath` look inside.
 */
export type Path = string

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()
const escaped = /[\udc80-\udcff]/g

/** The string that stands for these bytes; `pathBytes` gives them back exactly. */
export const pathFromBytes = (bytes: Uint8Array): Path => {
  try {
    return utf8.decode(bytes)
  } catch {
    return decodeWithEscapes(bytes)
  }
}

/** The bytes that the file system knows this path by. */
export const pathBytes = (path: Path): Uint8Array => {
  if (path.isWellFormed()) return encoder.encode(path)
  const parts: number[] = []
  for (const character of path) {
    const code = character.codePointAt(0) ?? 0
    if (code >= 0xdc80 && code <= 0xdcff) parts.push(code - 0xdc00)
    else parts.push(...encoder.encode(character))
  }
  return Uint8Array.from(parts)
}

/** The path for people and for text columns: a byte that is not UTF-8 as `\xHH`. A backslash of the name itself that
 *  would read as one of these stands as `\x5c`, so that no two paths are shown alike. `unshowPath` reads it back. */
export const showPath = (path: Path): string => {
  const text = path.includes('\\x') ? path.replace(misleading, '\\x5c') : path
  return text.isWellFormed() ? text : text.replace(escaped, (one) => `\\x${(one.charCodeAt(0) - 0xdc00).toString(16)}`)
}

const misleading = /\\(?=x(?:5c|[89a-f][0-9a-f]))/g

/** The path that `showPath` showed like this. */
export const unshowPath = (text: string): Path => {
  if (!text.includes('\\x')) return text
  const bytes = text.replace(/[^\0-\x7f]+/g, (one) => String.fromCharCode(...encoder.encode(one)))
  const exact = bytes.replace(/\\x(5c|[89a-f][0-9a-f])/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  return pathFromBytes(Uint8Array.from(exact, (one) => one.charCodeAt(0)))
}

/** What `node:fs` takes: the string itself, or a Buffer where the string would be altered on its way. */
export const fsPath = (path: Path): string | Buffer => (path.isWellFormed() ? path : Buffer.from(pathBytes(path)))

/** The part after the last slash. */
export const baseName = (path: Path): Path => path.slice(path.lastIndexOf('/') + 1)

/** The part before the last slash; `''` for a bare name. */
export const parentOf = (path: Path): Path => {
  const slash = path.lastIndexOf('/')
  return slash === 0 ? '/' : path.slice(0, Math.max(slash, 0))
}

export const joinPath = (directory: Path, name: Path): Path =>
  directory === '' ? name : directory.endsWith('/') ? directory + name : `${directory}/${name}`

/** `path` relative to `root`; `''` for the root itself. The caller knows that it lies below. */
export const relativeTo = (root: Path, path: Path): Path =>
  path === root ? '' : path.slice(root.endsWith('/') ? root.length : root.length + 1)

/** Whether `path` is `root` or lies below it. */
export const isWithin = (root: Path, path: Path): boolean =>
  path.startsWith(root) && (path.length === root.length || root.endsWith('/') || path[root.length] === '/')

/** Byte by byte, since a sequence may break off anywhere. */
const decodeWithEscapes = (bytes: Uint8Array): Path => {
  let text = ''
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at)
    text += length === 0 ? String.fromCharCode(0xdc00 + (bytes[at] ?? 0)) : utf8.decode(bytes.subarray(at, at + length))
    at += Math.max(length, 1)
  }
  return text
}

/** The length of the valid UTF-8 sequence that begins here, 0 where none does. */
const sequenceLength = (bytes: Uint8Array, at: number): number => {
  const first = bytes[at] ?? 0
  const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0
  try {
    if (length > 0 && at + length <= bytes.length) utf8.decode(bytes.subarray(at, at + length))
    return at + length <= bytes.length ? length : 0
  } catch {
    return 0
  }
}
