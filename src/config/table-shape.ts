import { readTable, type Fields, type ReadTable } from './field.ts'
import type { TomlPath } from './toml-lines.ts'

/** Says no to a table whose values are right one by one: `problem` reads on from the path of what stands at `at`. */
export type Refuse = (at: TomlPath, problem: string) => undefined

/** A table within another: its keys, and what it means once each of them was read. */
export type TableShape<Value> = {
  readonly keys: Fields
  /** Undefined where it refused. */
  readonly finish: (read: object, refuse: Refuse) => Value | undefined
  readonly read: (found: unknown) => Value | undefined
}

export const tableShape = <const Keys extends Fields, Value>(
  keys: Keys,
  finish: (read: ReadTable<Keys>, refuse: Refuse) => Value | undefined,
): TableShape<Value> => ({
  keys,
  finish: (read, refuse) => finish(read as ReadTable<Keys>, refuse),
  read: (found) => {
    const read = readTable(keys, found)
    return read === null ? undefined : finish(read, () => undefined)
  },
})
