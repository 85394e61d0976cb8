import { unshowPath, type Path } from '../domain/path.ts'
import { pathDigest } from './digest.ts'

/** The text shows a byte that is not UTF-8 as `\xHH`; the digest is that of the bytes, so it tells which is meant. */
export const exactPath = (text: string, digest: string): Path => {
  return !text.includes('\\x') || pathDigest(text) === digest ? text : unshowPath(text)
}

/** The last part of an exact path, as long as this text for people says. */
export const exactKey = (text: string, path: Path): Path => path.split('/').slice(-text.split('/').length).join('/')
