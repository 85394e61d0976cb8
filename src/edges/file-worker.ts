import { Fault } from '../domain/fault.ts'
import type { Destination } from '../world.ts'
import type { OpenArchive } from './archive/layout.ts'
import { localDirectory } from './archive/local-directory.ts'
import { disk } from './disk.ts'
import { pack } from './wire.ts'

/** A thread that makes the blocking calls on delivery and archive trees, one request after the other. */
declare const self: Worker

type Opening = { readonly archives: readonly OpenArchive[]; readonly runName: string }
export type Request = { readonly id: number; readonly target: string; readonly verb: string; readonly parts: unknown[] }
export type Answer = { readonly id: number; readonly value?: unknown; readonly bug?: string }

/** Delivery trees have no name of their own; archives have theirs. */
export const deliveryTarget = ''

const destinations = new Map<string, Destination>()

self.onmessage = async ({ data }: MessageEvent<Opening | Request | 'close'>) => {
  if (data === 'close') {
    for (const destination of destinations.values()) await destination.close()
    self.postMessage('closed')
    return
  }
  if ('archives' in data) {
    for (const open of data.archives) destinations.set(open.archive.name, localDirectory(open, data.runName))
    return
  }
  self.postMessage(await answer(data))
}

const answer = async ({ id, target, verb, parts }: Request): Promise<Answer> => {
  try {
    const owner = target === deliveryTarget ? disk : destinations.get(target)
    const method: unknown = owner === undefined ? undefined : Reflect.get(owner, verb)
    if (typeof method !== 'function') throw new Error(`no ${verb} on "${target}"`)
    return { id, value: pack(await method(...parts)) }
  } catch (error) {
    if (error instanceof Fault) return { id, value: pack(error) }
    return { id, bug: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
