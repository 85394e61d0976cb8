import type { Watcher } from '../world.ts'
import { openThreadWatcher, type ThreadWatcherOptions } from './thread-watcher.ts'

/** Watches by inotify: tells of files when they are made, closed after writing, renamed or linked in, and
 *  when they go, of directories when they come or go, and of all that was lost. What stood in a root before
 *  is not told of: it is to be scanned once `watch` has ended. Where inotify can't be called `watch` is
 *  refused. */
export const openInotify = (options: ThreadWatcherOptions): Watcher => {
  const startWorker = (): Worker => new Worker(new URL('./inotify-worker.ts', import.meta.url), { smol: true })
  return openThreadWatcher({ backend: 'inotify', startWorker }, options)
}
