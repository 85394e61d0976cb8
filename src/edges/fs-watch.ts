import type { Watcher } from '../world.ts'
import { openThreadWatcher, type ThreadWatcherOptions } from './thread-watcher.ts'

/** Watches by `fs.watch`, where inotify can't be called: it promises the same, but tells of every write and
 *  can't tell a dropped event from a touched root. */
export const openFsWatch = (options: ThreadWatcherOptions): Watcher => {
  const startWorker = (): Worker => new Worker(new URL('./fs-watch-worker.ts', import.meta.url))
  return openThreadWatcher({ backend: 'fs.watch', startWorker }, options)
}
