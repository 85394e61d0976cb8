/** Things that happened to rows, each with how many there are and a few of their ids. */
export type Tally = {
  add(what: string, id: number): void
  readonly found: readonly Counted[]
}
export type Counted = { readonly what: string; readonly count: number; readonly ids: readonly number[] }

/** Ids kept of each. */
const mostIds = 10

export const openTally = (): Tally => {
  const all = new Map<string, { count: number; ids: number[] }>()
  return {
    add: (what, id) => {
      const one = all.get(what) ?? { count: 0, ids: [] }
      one.count += 1
      if (one.ids.length < mostIds) one.ids.push(id)
      all.set(what, one)
    },
    get found() {
      return [...all].map(([what, one]) => ({ what, ...one }))
    },
  }
}
