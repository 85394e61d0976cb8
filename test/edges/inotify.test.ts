import { openInotify } from '../../src/edges/inotify.ts'
import { watcherContract } from '../contracts/watcher.ts'

watcherContract('inotify', (onHint) => openInotify({ onHint, checkMs: 20 }), { sendsEvents: true })
