import { disk } from '../../src/edges/disk.ts'
import { filesContract } from '../contracts/files.ts'
import { realHand } from '../contracts/hand.ts'

filesContract('the disk', () => ({ files: disk, hand: realHand() }))
