/** What differs between the engines, as data. Everything else is one text for all: SQL that the three of them share, with
 *  `"name"` for names that need quotes, `||` between texts, `?` for a parameter, and the phrases of `phrases`. */
export type Dialect = {
  readonly id: string
  readonly name: string
  readonly text: string
  readonly json: string
  readonly time: string
  readonly boolean: string
  readonly bigint: string
  readonly float: string
  readonly bytes: string
  readonly digest: string
  /** What follows an index that holds only some rows. */
  readonly only: (condition: string) => string
  /** A text column that is looked up by its value, inside an index. */
  readonly ofName: (column: string) => string
  /** A text column of any length inside an index, where only its being there counts. */
  readonly ofText: (column: string) => string
  /** What an index is made of in which a text column of any length is looked up by its value. */
  readonly byValue: (column: string) => string
  /** An expression for the time so many milliseconds from now, by the clock of the database and in UTC. */
  readonly now: (laterMs: number) => string
  /** A plugin's text column of any length inside an index. */
  readonly ofValue: (column: string) => string
  /** How a question finds it there, beside the condition itself, with the beginning of the value; null where it does anyway. */
  readonly beginning: { readonly of: (column: string) => string; readonly characters: number } | null
  /** An expression that gives a new random id in hex. */
  readonly randomId: string
  /** Asks for the `name` of every table in the database. */
  readonly tables: string
  /** Asks for `name` and `type` of the columns of a table. */
  readonly columns: (table: string) => string
  /** Asks for the `name` of each index of a table. */
  readonly indexes: (table: string) => string
  /** Asks for what the engine `found` wrong with its own storage, or says as MariaDB does; null where it has no such
   *  question, and reading every row is all. */
  readonly damage: string | null
  /** Tells the engine that ids were given which it did not choose; null where it sees that itself. */
  readonly idsTaken: string | null
  /** The same for one table. */
  readonly idsTakenIn: ((table: string) => string) | null
  /** Has the engine look at what stands in the tables after many rows came at once, since it plans by that; null where it
   *  notices by itself, or plans by what it is asked. */
  readonly filled: string | null
  /** A time that another program let this engine write in the zone of its server, in UTC. */
  readonly writtenAt: (column: string) => string
  /** Asks for the statements that free the names of the indexes of some tables, as `away`, and that make them `again`
   *  once their table has another name; null where such names are the table's own. */
  readonly indexesAside: string | null
  /** Asks for `who` else is connected to this database; null where there are no connections. */
  readonly connections: string | null
  /** A migration is whole or not at all; else each of its statements can be repeated. */
  readonly wholeMigrations: boolean
  /** Phrases of SQLite that this engine writes otherwise. */
  readonly phrases: readonly (readonly [RegExp, string])[]
}
