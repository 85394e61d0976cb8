import { openFsWatchTree } from './fs-watch-tree.ts'
import { serveWatches } from './serve-watches.ts'

/** The thread that watches by `fs.watch`: an entry point of its own in the compiled binary. */
serveWatches(openFsWatchTree)
