import { Fault, faultToData } from '../domain/fault.ts'
import type { WatchRoot } from '../world.ts'
import { HintSender } from './hint-sender.ts'
import type { FromWatchThread, ToWatchThread } from './watch-messages.ts'
import { WatchedRoot } from './watched-root.ts'
import type { OpenTree } from './watched-tree.ts'

declare const self: Worker

/** What a thread that watches does: keeps its roots watched, sends hints, answers requests. */
export const serveWatches = (open: OpenTree): void => {
  const send = (message: FromWatchThread): void => self.postMessage(message)
  const sender = new HintSender((hints) => send({ is: 'hints', hints }))
  const roots = new Map<string, WatchedRoot>()
  const timers: Timer[] = []

  const checkAll = (): void => {
    for (const root of roots.values()) void root.check()
  }

  const watch = (root: WatchRoot): Promise<string | null> => {
    const watched = roots.get(root.name) ?? new WatchedRoot(root, open, (hint) => sender.add(hint))
    roots.set(root.name, watched)
    return watched.start()
  }

  const unwatch = async (name: string): Promise<void> => {
    const root = roots.get(name)
    roots.delete(name)
    await root?.close()
    sender.forget(name)
  }

  const close = async (): Promise<void> => {
    for (const timer of timers) clearInterval(timer)
    sender.close()
    await Promise.all([...roots.keys()].map(unwatch))
  }

  const answer = async (message: ToWatchThread): Promise<void> => {
    switch (message.is) {
      case 'begin':
        timers.push(setInterval(checkAll, message.checkMs))
        timers.push(setInterval(() => send({ is: 'alive' }), message.aliveMs))
        return
      case 'taken':
        return sender.taken()
      case 'watch':
        return send(await watchedOrRefused(message.request, watch(message.root)))
      case 'unwatch':
        await unwatch(message.name)
        return send({ is: 'done', request: message.request })
      case 'close':
        await close()
        return send({ is: 'done', request: message.request })
    }
  }
  self.onmessage = ({ data }: MessageEvent<ToWatchThread>) => void answer(data)
}

const watchedOrRefused = async (request: number, watching: Promise<string | null>): Promise<FromWatchThread> => {
  try {
    return { is: 'watched', request, lack: await watching }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { is: 'refused', request, fault: faultToData(error) }
  }
}
