import { bytesAt } from '../domain/component.ts'
import { Fault } from '../domain/fault.ts'
import { validMembers, type Group } from '../domain/group.ts'
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
  const [answer] = await plugins.extract(module, [validMembers(group).map(bytesAt)])
  if (answer === undefined) throw new Error('metadata: a plugin gave no answer for a group')
  return answer instanceof Fault ? fault(group, answer) : go({ ...group, metadata: answer })
}
