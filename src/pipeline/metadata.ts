import { Fault } from '../domain/fault.ts'
import { openMembers, validMembers, type Group } from '../domain/group.ts'
import { isArchived } from '../domain/component.ts'
import type { Path } from '../domain/path.ts'
import { fault, go, type Decision, type Stage } from './stage.ts'

/** The plugin's `extract(paths)` gives values for the columns. One call for all groups of a module. What it throws
 *  is a fault of that group alone; nothing goes on with half the metadata. */
export const metadata: Stage = {
  name: 'metadata',
  run: async (groups, { plugins, settings }) => {
    const decisions = new Map<Group, Decision>()
    const byModule = Map.groupBy(groups, (group) => settings(group.watchName).rules.metadataModule)
    for (const [module, own] of byModule) {
      if (module === null) continue
      const answers = await plugins.extract(module, own.map(readablePaths))
      own.forEach((group, index) => {
        const answer = answers[index]
        if (answer instanceof Fault) decisions.set(group, fault(group, answer))
        else if (answer !== undefined) decisions.set(group, go({ ...group, metadata: answer }))
      })
    }
    return groups.map((group) => decisions.get(group) ?? go({ ...group, metadata: {} }))
  },
}

/** Where the bytes of each member can be read: the source, or the archive once the source is gone. */
const readablePaths = (group: Group): readonly Path[] =>
  validMembers(group).map((one) => (isArchived(one) && !one.inDelivery ? (one.place?.path ?? one.path) : one.path))

export const isDecided = (group: Group): boolean => openMembers(group).length === 0
