import type { Millis } from '../domain/time.ts'
import type { Clock } from '../world.ts'

type Late<Item, Value> = { readonly item: Item; readonly value: Promise<Value> }
type Member<Item, Value> = { readonly item: Item; readonly value: Value }

/** Hands on what comes late in companies rather than one by one: the first that is there waits for others, as long as
 *  `waitMs` and as long as any is still to come. Gives for each the promise of what became of its company. */
export const inCompanies = <Item, Value, End>(
  late: readonly Late<Item, Value>[], clock: Pick<Clock, 'sleep'>, waitMs: Millis,
  run: (company: readonly Member<Item, Value>[]) => Promise<End>,
): readonly Promise<End>[] => {
  let left = late.length
  let open: { readonly members: Member<Item, Value>[]; readonly full: AbortController; readonly end: Promise<End> } | null = null

  const opened = () => {
    const [members, full]: [Member<Item, Value>[], AbortController] = [[], new AbortController()]
    const end = clock.sleep(waitMs, full.signal).then(() => {
      open = null
      return run(members)
    })
    return { members, full, end }
  }
  const join = (one: Member<Item, Value>): Promise<End> => {
    left -= 1
    open ??= opened()
    open.members.push(one)
    if (left === 0) open.full.abort()
    return open.end
  }
  return late.map(({ item, value }) => value.then((found) => join({ item, value: found })))
}
