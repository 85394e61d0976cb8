import { Fault } from '../domain/fault.ts'
import { validMembers, type Group } from '../domain/group.ts'
import { isArchived } from '../domain/component.ts'
import type { Path } from '../domain/path.ts'
import { fault, go, type Decision, type Stage, type StageWorld } from './stage.ts'

/** The plugin's `extract(paths)` gives values for the columns. What it throws is a fault of that group alone; nothing
 *  goes on with half the metadata. */
export const metadata: Stage = {
  name: 'metadata',
  run: (groups, world) => groups.map((group) => extract(group, world)),
}

const extract = async (group: Group, { plugins, settings }: StageWorld): Promise<Decision> => {
  const module = settings(group.watchName).rules.metadataModule
  if (module === null) return go({ ...group, metadata: {} })
  const [answer] = await plugins.extract(module, [readablePaths(group)])
  if (answer === undefined) throw new Error('metadata: a plugin gave no answer for a group')
  return answer instanceof Fault ? fault(group, answer) : go({ ...group, metadata: answer })
}

/** Where the bytes of each member can be read: the source, or the archive once the source is gone. */
const readablePaths = (group: Group): readonly Path[] =>
  validMembers(group).map((one) => (isArchived(one) && !one.inDelivery ? (one.place?.path ?? one.path) : one.path))
