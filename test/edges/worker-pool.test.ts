import { openWorkerPool } from '../../src/edges/worker-pool.ts'
import { filesContract } from '../contracts/files.ts'
import { realHand } from '../contracts/hand.ts'

filesContract('the disk behind workers', () => {
  const pool = openWorkerPool({ workers: 2, archives: [], run: { ledgerId: 'test', name: 'test' }, timeoutMs: 10_000 })
  return { files: pool.files, hand: realHand(), close: pool.close }
})
