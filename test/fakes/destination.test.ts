import { destinationContract } from '../contracts/destination.ts'
import { fakeClock } from './clock.ts'
import { fakeDestination } from './destination.ts'
import { fakeTree } from './tree.ts'

destinationContract('the fake destination', () => {
  const tree = fakeTree(fakeClock(), '/work')
  const destination = fakeDestination('main', tree, '/srv/archive')
  return { destination, root: destination.root, exchange: destination.exchange, hand: tree, files: tree }
})
