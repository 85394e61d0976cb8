/** What differs between the engines, as data. Everything else is one text for all. */
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
  /** An expression that gives a new random id in hex. */
  readonly randomId: string
}

export const dialects = {
  sqlite: {
    id: 'integer primary key',
    name: 'text',
    text: 'text',
    json: 'text',
    time: 'text',
    boolean: 'integer',
    bigint: 'integer',
    float: 'real',
    bytes: 'blob',
    digest: 'text',
    only: (condition) => `where ${condition}`,
    randomId: 'lower(hex(randomblob(16)))',
  },
} as const satisfies Record<string, Dialect>
