import { openPoll } from '../../src/edges/poll.ts'
import { watcherContract } from '../contracts/watcher.ts'

watcherContract('poll', (onHint) => openPoll({ onHint, intervalMs: 100 }), { sendsEvents: false })
