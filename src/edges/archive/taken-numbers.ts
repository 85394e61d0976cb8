import type { Path } from '../../domain/path.ts'

/** What tells content from other content: its size, and its digest; a symbolic link is told by where it leads. */
export type Content = { readonly sizeBytes: number; readonly mark: string }

/** What stands under a number of a name; `mark` is null where nobody read it yet. */
export type Holding = { readonly number: number; readonly sizeBytes: number; readonly mark: string | null }

/** What one worker remembers of names that bear many numbers, so that each is looked at and read once and not once for
 *  every file that comes to the same name. It says what need not be looked at again, never that a number is free. */
export type TakenNumbers = {
  /** The smallest number from this one on that is not known to hold other content. */
  beyond(name: Path, number: number, content: Content): number
  /** What stands there, by ascending numbers. One or two of a name are not worth it. */
  remember(name: Path, found: readonly Holding[]): void
  forget(name: Path): void
}

/** The numbers of one name, from one to another without a gap. */
type Run = {
  readonly first: number
  last: number
  readonly byMark: Map<string, number>
  readonly unread: Map<number, Set<number>>
}

/** Of all names together; then all is forgotten and begins anew. */
const mostRemembered = 200_000
const few = 2

export const openTakenNumbers = (): TakenNumbers => {
  const runs = new Map<Path, Run>()
  let count = 0
  const runWith = (name: Path, number: number): Run => {
    const known = runs.get(name)
    if (known !== undefined && number >= known.first && number <= known.last + 1) return known
    const fresh: Run = { first: number, last: number - 1, byMark: new Map(), unread: new Map() }
    runs.set(name, fresh)
    return fresh
  }
  return {
    beyond: (name, number, content) => {
      const run = runs.get(name)
      return run === undefined || number < run.first || number > run.last ? number : nextIn(run, number, content)
    },
    remember: (name, found) => {
      if (found.length <= few && !runs.has(name)) return
      count += found.length
      if (count > mostRemembered) {
        runs.clear()
        count = found.length
      }
      for (const one of found) note(runWith(name, one.number), one)
    },
    forget: (name) => void runs.delete(name),
  }
}

const nextIn = ({ last, byMark, unread }: Run, number: number, { sizeBytes, mark }: Content): number => {
  const sized = unread.get(sizeBytes)?.values().find((one) => one >= number) ?? last + 1
  const same = byMark.get(mark) ?? 0
  return same >= number ? Math.min(same, sized) : sized
}

const note = (run: Run, { number, sizeBytes, mark }: Holding): void => {
  run.last = Math.max(run.last, number)
  if (mark === null) run.unread.set(sizeBytes, (run.unread.get(sizeBytes) ?? new Set()).add(number))
  else {
    run.unread.get(sizeBytes)?.delete(number)
    run.byMark.set(mark, number)
  }
}
