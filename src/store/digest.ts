import { pathBytes, type Path } from '../domain/path.ts'

/** What stands for a long text in an index: the first 128 bits of its SHA-256 in hex. MariaDB indexes neither long
 *  texts nor trailing blanks as they are meant here. */
export const pathDigest = (path: Path): string => Bun.SHA256.hash(path.isWellFormed() ? path : pathBytes(path), 'hex').slice(0, 32)

/** What names a group in all generations. */
export const groupDigest = (watchName: string, key: Path): string => pathDigest(`${watchName}\u0000${key}`)

/** The same function, which remembers its last few answers. */
export const lastFew = <Key, Answer>(ask: (key: Key) => Answer): ((key: Key) => Answer) => {
  const known = new Map<Key, Answer>()
  return (key) => {
    const found = known.get(key)
    if (found !== undefined) return found
    if (known.size >= 64) known.clear()
    const answer = ask(key)
    known.set(key, answer)
    return answer
  }
}
