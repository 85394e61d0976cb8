import { Fault } from '../../../src/domain/fault.ts'
import type { Path } from '../../../src/domain/path.ts'
import { disk } from '../../../src/edges/disk.ts'
import type { PutGroup } from '../../../src/world.ts'

/** A group of one file that stands at `source`, which becomes `kept/a.txt`. */
export const aPutGroup = async (source: Path): Promise<PutGroup> => {
  const [sight] = await disk.look([source])
  if (sight === undefined || sight === null || sight instanceof Fault) throw new Error('it is not there')
  return {
    directory: 'kept', number: 1, replaces: [], watchName: 'w', groupKey: 'a', generation: 1,
    members: [{ source, identity: sight.identity, stem: 'a', extension: '.txt', primary: true, fromArchive: false }],
  }
}
