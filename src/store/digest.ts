import { pathBytes, type Path } from '../domain/path.ts'

/** What stands for a long text in an index: the first 128 bits of its SHA-256 in hex. MariaDB indexes neither long
 *  texts nor trailing blanks as they are meant here. */
export const pathDigest = (path: Path): string => Bun.SHA256.hash(path.isWellFormed() ? path : pathBytes(path), 'hex').slice(0, 32)

/** So much of a digest is in the indexes that it is looked for by: no two of a thousand million are likely to share it,
 *  and where two do, a question for the whole digest tells them apart. */
const begins = 10

/** The beginning of the digest in a column, as it is indexed. */
export const beginningOf = (column: string): string => `substr(${column}, 1, ${begins})`

/** Whether the digest in a column is one of those that `digestLists` gives. */
export const isOneOf = (column: string): string =>
  `${beginningOf(column)} in (select value from json_each(?)) and ${column} in (select value from json_each(?))`

/** The two parameters of `isOneOf`. */
export const digestLists = (digests: readonly string[]): readonly [string, string] => [
  JSON.stringify(digests.map((one) => one.slice(0, begins))), JSON.stringify(digests),
]

/** The bounds, and their parameters, of digests that begin so. */
export const digestBegins = (column: string, beginning: string): { readonly sql: string; readonly parameters: readonly string[] } => {
  const short = beginning.slice(0, begins)
  return {
    sql: `(${beginningOf(column)} >= ? and ${beginningOf(column)} < ? and ${column} >= ? and ${column} < ?)`,
    parameters: [short, `${short}g`, beginning, `${beginning}g`],
  }
}

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
