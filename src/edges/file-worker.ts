import { Fault, faultToData, type FaultData } from '../domain/fault.ts'
import type { OpenArchive } from './archive/layout.ts'
import { localDirectory, type LocalDirectory, type Run } from './archive/local-directory.ts'
import { disk } from './disk.ts'
import { pulse, showPulseOn } from './pulse.ts'
import { pack } from './wire.ts'

/** A thread that makes the blocking calls on delivery and archive trees, one request after the other. */
declare const self: Worker

export type Opening = { readonly archives: readonly OpenArchive[]; readonly run: Run; readonly board: Int32Array }
export type Request = { readonly id: number; readonly target: string; readonly verb: string; readonly parts: unknown[] }
export type Answer = { readonly id: number; readonly value?: unknown; readonly hasFaults?: boolean; readonly refusal?: FaultData; readonly bug?: string }

/** Delivery trees have no name of their own; archives have theirs. */
export const deliveryTarget = ''

const destinations = new Map<string, LocalDirectory>()

self.onmessage = async ({ data: message }: MessageEvent<Opening | string>) => {
  const data = typeof message === 'string' ? (JSON.parse(message) as Request | 'close') : message
  if (data === 'close') {
    for (const destination of destinations.values()) await destination.close()
    self.postMessage(JSON.stringify('closed'))
    return
  }
  if ('archives' in data) {
    showPulseOn(data.board)
    for (const open of data.archives) destinations.set(open.archive.name, localDirectory(open, data.run))
    return
  }
  self.postMessage(JSON.stringify(await answer(data)))
}

/** Gives back what it holds, so that it can go; false where something of that is still needed. */
const restAll = (): boolean => [...destinations.values()].filter((one) => !one.rest()).length === 0

const answer = async ({ id, target, verb, parts }: Request): Promise<Answer> => {
  try {
    if (verb === 'rest') return { id, value: restAll() }
    const owner = target === deliveryTarget ? disk : destinations.get(target)
    const method: unknown = owner === undefined ? undefined : Reflect.get(owner, verb)
    if (typeof method !== 'function') throw new Error(`no ${verb} on "${target}"`)
    pulse()
    const value: unknown = await method(...parts)
    const packed = pack(value)
    return { id, value: packed, hasFaults: packed !== value }
  } catch (error) {
    if (error instanceof Fault) return { id, refusal: faultToData(error) }
    return { id, bug: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
