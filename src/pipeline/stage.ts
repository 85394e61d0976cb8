import type { Archive, Watch } from '../config/config.ts'
import type { RuleSet } from '../config/rules.ts'
import type { StageName } from '../domain/component.ts'
import type { Fault } from '../domain/fault.ts'
import type { Group } from '../domain/group.ts'
import type { Path } from '../domain/path.ts'
import type { Template } from '../domain/template.ts'
import type { Instant } from '../domain/time.ts'
import type { Files, Plugins, PutAnswer, PutGroup } from '../world.ts'

/** What a stage sees of the world. Neither the database nor a timer is among it. */
export type StageWorld = {
  readonly now: Instant
  readonly files: Files
  readonly plugins: Plugins
  /** The rules the batch began with. */
  readonly settings: (watchName: string) => Settings
  readonly archives: ReadonlyMap<string, PlannedArchive>
  readonly destination: (archiveName: string) => { put(groups: readonly PutGroup[]): Promise<PutAnswer> }
  /** Paths of this group that changed lately and have not settled. */
  readonly settling: (watchName: string, groupKey: Path) => readonly Path[]
}
/** An archive with its destination template read. */
export type PlannedArchive = { readonly archive: Archive; readonly template: Template }
export type Settings = { readonly watch: Watch; readonly rules: RuleSet }

/** What a stage decides about one group. */
export type Decision =
  /** On to the next stage, with what this one learned. */
  | { readonly is: 'go'; readonly group: Group }
  /** Here it rests: its members stand at their statuses, and `group.dueAt` says when to look again. */
  | { readonly is: 'rest'; readonly group: Group }
  /** Trouble outside: the runner makes a retry or a failure of it. */
  | { readonly is: 'fault'; readonly group: Group; readonly fault: Fault }
  /** A file changed meanwhile: nothing is decided, and these settle again. */
  | { readonly is: 'resettle'; readonly group: Group; readonly paths: readonly Path[] }

/** One of the seven steps: from a batch of groups and the world to one promise of a decision a group, in order. What
 *  is asked for the whole batch is asked once; a group that takes long holds up no other. */
export type Stage = {
  readonly name: StageName
  run(groups: readonly Group[], world: StageWorld): readonly Promise<Decision>[]
}

export const go = (group: Group): Decision => ({ is: 'go', group })
export const halt = (group: Group): Decision => ({ is: 'rest', group })
export const fault = (group: Group, trouble: Fault): Decision => ({ is: 'fault', group, fault: trouble })

/** A stage that decides about each group by itself and needs nobody outside. */
export const eachGroup = (name: StageName, decide: (group: Group, world: StageWorld) => Decision): Stage => ({
  name,
  run: (groups, world) => groups.map(async (group) => decide(group, world)),
})
