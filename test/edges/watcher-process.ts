import { openFsWatch } from '../../src/edges/fs-watch.ts'
import { openInotify } from '../../src/edges/inotify.ts'

/** A process that watches a directory by a backend until its input ends: `watcher-process.ts inotify
 *  DIRECTORY`. Prints its state, or what refused it, and its hints, as JSON lines. */
const print = (line: unknown): void => console.log(JSON.stringify(line))
const [, , backend, path = ''] = process.argv
const open = backend === 'inotify' ? openInotify : openFsWatch
const watcher = open({ onHint: print, checkMs: 20 })
await watcher.watch({ name: 'in', path, recursive: true }).then(print, ({ message }) => print(message))
for await (const _ of Bun.stdin.stream());
await watcher.close()
