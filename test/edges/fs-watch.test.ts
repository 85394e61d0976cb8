import { openFsWatch } from '../../src/edges/fs-watch.ts'
import { watcherContract } from '../contracts/watcher.ts'

watcherContract('fs.watch', (onHint) => openFsWatch({ onHint, checkMs: 20 }), { sendsEvents: true })
