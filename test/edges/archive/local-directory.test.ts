import { localDirectory } from '../../../src/edges/archive/local-directory.ts'
import { disk } from '../../../src/edges/disk.ts'
import { openWorkerPool } from '../../../src/edges/worker-pool.ts'
import { destinationContract } from '../../contracts/destination.ts'
import { realHand } from '../../contracts/hand.ts'
import { anArchiveAt, exchangeDisk } from '../an-archive.ts'

const run = { ledgerId: 'test', name: 'test' }

destinationContract('a local directory', () => {
  const hand = realHand()
  const root = `${hand.root}/archive`
  const destination = localDirectory(anArchiveAt(root), run)
  return { destination, root, exchange: () => exchangeDisk(root), hand, files: disk }
})

destinationContract('a local directory behind workers', () => {
  const hand = realHand()
  const root = `${hand.root}/archive`
  const pool = openWorkerPool({ workers: 2, archives: [anArchiveAt(root)], run, timeoutMs: 10_000 })
  const destination = pool.destination('main')
  return { destination, root, exchange: () => exchangeDisk(root), hand, files: pool.files, close: pool.close }
})
