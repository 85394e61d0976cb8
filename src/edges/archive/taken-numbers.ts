/** What tells content from other content: its size, and its digest; a symbolic link is told by where it leads. */
export type Content = { readonly sizeBytes: number; readonly mark: string }

/** What stands in the way under a number: at which of the names, and what it holds; `mark` is null where nobody read it. */
export type Holding = { readonly number: number; readonly at: number; readonly sizeBytes: number; readonly mark: string | null }

/** What one worker remembers of names that bear many numbers, so that each is looked at and read once and not once for
 *  every group that comes to the same names. It says what need not be looked at again, never that a number is free. */
export type TakenNumbers = {
  /** The smallest number from this one on that is not known to hold other content at one of the names; what is to get
   *  them, in the order of the names. */
  beyond(names: string, number: number, contents: readonly Content[]): number
  /** What stands there, by ascending numbers without a gap. One or two are not worth it. */
  remember(names: string, found: readonly Holding[]): void
  forget(names: string): void
}

/** From one number to another without a gap. */
type Run = {
  readonly first: number
  last: number
  readonly byMark: Map<string, number>
  readonly unread: Map<string, Set<number>>
}

/** Of all names together; then all is forgotten and begins anew. */
const mostRemembered = 200_000
const few = 2

export const openTakenNumbers = (): TakenNumbers => {
  const runs = new Map<string, Run>()
  let count = 0
  const runWith = (names: string, number: number): Run => {
    const known = runs.get(names)
    if (known !== undefined && number >= known.first && number <= known.last + 1) return known
    const fresh: Run = { first: number, last: number - 1, byMark: new Map(), unread: new Map() }
    runs.set(names, fresh)
    return fresh
  }
  return {
    beyond: (names, number, contents) => {
      const run = runs.get(names)
      return run === undefined || number < run.first || number > run.last ? number : nextIn(run, number, contents)
    },
    remember: (names, found) => {
      if (found.length <= few && !runs.has(names)) return
      count += found.length
      if (count > mostRemembered) {
        runs.clear()
        count = found.length
      }
      for (const one of found) note(runWith(names, one.number), one)
    },
    forget: (names) => void runs.delete(names),
  }
}

const nextIn = ({ last, byMark, unread }: Run, number: number, contents: readonly Content[]): number =>
  contents.reduce((next, { sizeBytes, mark }, at) => {
    const same = byMark.get(`${at} ${mark}`) ?? 0
    const sized = unread.get(`${at} ${sizeBytes}`)?.values().find((one) => one >= number) ?? next
    return Math.min(next, sized, same >= number ? same : next)
  }, last + 1)

const note = (run: Run, { number, at, sizeBytes, mark }: Holding): void => {
  const sized = `${at} ${sizeBytes}`
  run.last = Math.max(run.last, number)
  if (mark === null) run.unread.set(sized, (run.unread.get(sized) ?? new Set()).add(number))
  else {
    run.unread.get(sized)?.delete(number)
    run.byMark.set(`${at} ${mark}`, number)
  }
}
