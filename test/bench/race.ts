import { spend, type Order, type Spent } from './spend.ts'
import type { Workshop } from './workshop.ts'

/** One program with one job. */
export type Contender = {
  readonly name: string
  readonly order: Order
  /** Makes what the run needs, before the clock starts. */
  readonly before?: () => void | Promise<void>
  /** Looks whether the job was done, and clears it away, after the clock stopped. Throws where it was not. */
  readonly after?: () => void | Promise<void>
}

/** What a contender's runs cost. */
export type Finish = {
  readonly name: string
  readonly spent: readonly Spent[]
  /** Why there are no runs, or what is to be known about them. */
  readonly remark: string | null
  /** It could not do the job. */
  readonly failed: boolean
}

export type RaceOptions = {
  readonly runs: number
  readonly workshop: Workshop
  readonly tell: (text: string) => void
}

/** Everyone takes turns, in turned order every other round, so that what else the machine does falls on all of them.
 *  Who fails once is out, and the others go on. */
export const race = async (contenders: readonly Contender[], { runs, workshop, tell }: RaceOptions): Promise<Finish[]> => {
  const spent = new Map(contenders.map((one) => [one, [] as Spent[]]))
  const out = new Map<Contender, string>()
  for (let round = 1; round <= runs; round += 1) {
    const order = round % 2 === 1 ? contenders : contenders.toReversed()
    for (const one of order) {
      if (out.has(one)) continue
      tell(`round ${round} of ${runs}: ${one.name}`)
      try {
        await one.before?.()
        const cost = await spend(one.order, workshop)
        await one.after?.()
        spent.get(one)?.push(cost)
      } catch (error) {
        out.set(one, error instanceof Error ? error.message : String(error))
      }
    }
  }
  return contenders.map((one) => ({ name: one.name, spent: spent.get(one) ?? [], remark: out.get(one) ?? null, failed: out.has(one) }))
}
