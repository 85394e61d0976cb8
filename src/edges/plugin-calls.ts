import { Fault } from '../domain/fault.ts'
import type { Millis } from '../domain/time.ts'
import type { Columns } from '../plugin/contract.ts'
import type { PluginModule } from '../plugin/exports.ts'
import { callSlots, type Answer, type Call } from '../plugin/messages.ts'
import { systemClock } from './clock.ts'
import { answerTo, faulted } from './plugin-answer.ts'
import type { PluginRoot } from './plugin-errors.ts'
import { pulseMs, tooSlow } from './plugin-limits.ts'
import { outbox, type Weighed } from './plugin-outbox.ts'

/** Plugins that never wait would keep the thread for themselves; after so long it looks at its messages and timers. */
const turnMs: Millis = 20

export type CallRunner = { readonly add: (calls: readonly Call[]) => void }
export type CallRunnerOptions = {
  readonly root: PluginRoot
  readonly modules: readonly PluginModule[]
  readonly columns: Columns
  readonly timeoutMs: Millis
  /** See `newBoard`. */
  readonly board: Int32Array
  readonly send: (answers: readonly Answer[]) => void
}

/** Runs calls in this thread, as many at a time as there are slots. A call that does not answer within the time limit
 *  is answered for with a fault, and its slot is free again. */
export const callRunner = ({ root, modules, columns, timeoutMs, board, send }: CallRunnerOptions): CallRunner => {
  const { monotonic } = systemClock
  const moduleOf = new Map(modules.map((module) => [module.name, module]))
  const out = outbox(send)
  const freeSlots = Array.from({ length: callSlots }, (_, slot) => slot)
  const limits = new Map<number, { readonly endsAt: Millis; readonly expire: () => void }>()
  let queue: Call[] = []
  let next = 0
  let pulse: Timer | null = null
  let turnBegan = monotonic()
  let turning: Promise<void> | null = null

  const beat = () => {
    Atomics.add(board, 0, 1)
    const now = monotonic()
    for (const { endsAt, expire } of limits.values()) if (endsAt <= now) expire()
  }

  const answer = (slot: number, call: Call): Promise<Weighed> => {
    const module = moduleOf.get(call.module)
    if (module === undefined) {
      return Promise.resolve(faulted(call.id, new Fault(`there is no plugin ${call.module}`)))
    }
    const late = Promise.withResolvers<Weighed>()
    const expire = () => late.resolve(faulted(call.id, tooSlow(`${call.name} of ${module.file}`, timeoutMs)))
    limits.set(slot, { endsAt: monotonic() + timeoutMs, expire })
    return Promise.race([answerTo(root, columns, module, call), late.promise])
  }

  const work = async (slot: number) => {
    for (;;) {
      if (monotonic() - turnBegan > turnMs) await (turning ??= nextTurn())
      const call = queue[next]
      if (call === undefined) break
      next += 1
      Atomics.add(board, 0, 1)
      Atomics.store(board, slot + 1, call.id)
      out.add(await answer(slot, call))
      limits.delete(slot)
      Atomics.store(board, slot + 1, 0)
    }
    freeSlots.push(slot)
    if (freeSlots.length === callSlots) rest()
  }

  const nextTurn = () => new Promise<void>((resolve) => setImmediate(() => {
    turning = null
    turnBegan = monotonic()
    resolve()
  }))

  const rest = () => {
    out.flush()
    if (pulse !== null) clearInterval(pulse)
    pulse = null
  }

  return {
    add(calls) {
      queue = [...queue.slice(next), ...calls]
      next = 0
      pulse ??= setInterval(beat, pulseMs(timeoutMs))
      turnBegan = monotonic()
      for (let open = queue.length; open > 0 && freeSlots.length > 0; open--) void work(freeSlots.pop() ?? 0)
    },
  }
}
