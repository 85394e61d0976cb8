import { Fault } from '../domain/fault.ts'
import { loadInotify } from './inotify-calls.ts'
import { inotifyTrees } from './inotify-tree.ts'
import { serveWatches } from './serve-watches.ts'

/** The thread that watches by inotify: an entry point of its own in the compiled binary. */
const calls = loadInotify()
serveWatches(calls instanceof Fault ? () => Promise.reject(calls) : inotifyTrees(calls))
