import type { SqlValue } from '../../world.ts'
import { manyRows } from './text.ts'

/** Places for parameters in one statement; the servers take 65,535. */
const mostPlaces = 20_000
/** Statements sent without waiting for the answers of those before. */
const mostAhead = 100
/** Characters in what is sent at once, where it is more than one row: MariaDB takes 16 MiB as a rule. */
const mostCharacters = 1_000_000

/** One statement for every list of parameters; inserts take many rows at once. */
export const runMany = async (
  ask: (text: string, parameters: readonly SqlValue[]) => Promise<unknown>, text: string, lists: readonly (readonly SqlValue[])[],
): Promise<void> => {
  const bulk = manyRows(text)
  const width = lists[0]?.length ?? 1
  for (let from = 0; from < lists.length; ) {
    const left = rowsWithin(lists, from)
    const size = bulk === null ? Math.min(left, mostAhead) : 2 ** Math.floor(Math.log2(Math.min(left, mostPlaces / Math.max(width, 1))))
    const some = lists.slice(from, from + size)
    if (bulk !== null) await ask(bulk(size), some.flat())
    else await Promise.all(some.map((parameters) => ask(text, parameters)))
    from += size
  }
}

/** How many of the rows from here on are short enough together; one at least. */
const rowsWithin = (lists: readonly (readonly SqlValue[])[], from: number): number => {
  let characters = 0
  for (let index = from; index < lists.length; index += 1) {
    for (const value of lists[index] ?? []) characters += typeof value === 'string' ? value.length : 8
    if (characters > mostCharacters) return Math.max(index - from, 1)
  }
  return lists.length - from
}
