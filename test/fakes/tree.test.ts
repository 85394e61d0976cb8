import { filesContract } from '../contracts/files.ts'
import { fakeClock } from './clock.ts'
import { fakeTree } from './tree.ts'

filesContract('the fake tree', () => {
  const tree = fakeTree(fakeClock(), '/in')
  return { files: tree, hand: tree }
})
