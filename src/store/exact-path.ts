import { pathFromBytes, type Path } from '../domain/path.ts'
import { pathDigest } from './digest.ts'

/** The text shows a byte that is not UTF-8 as `\xHH`; the digest is that of the bytes, so it tells which is meant. */
export const exactPath = (text: string, digest: string): Path => {
  if (!text.includes('\\x') || pathDigest(text) === digest) return text
  const bytes = Buffer.from(text).toString('latin1')
  const exact = bytes.replace(/\\x([89a-f][0-9a-f])/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  return pathFromBytes(Buffer.from(exact, 'latin1'))
}

/** The last part of an exact path, as long as this text for people says. */
export const exactKey = (text: string, path: Path): Path => path.split('/').slice(-text.split('/').length).join('/')
