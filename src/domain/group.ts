import type { Component, Step } from './component.ts'
import { isArchived, isOpen } from './component.ts'
import type { Path } from './path.ts'
import type { Instant } from './time.ts'

/** The components that belong together, in one generation: what the ledger knows, and what this batch learned. */
export type Group = {
  /** Null until the ledger has a row. */
  readonly id: number | null
  readonly watchName: string
  readonly fileType: string | null
  readonly key: Path
  readonly generation: number
  readonly members: readonly Component[]
  /** When its first member was recorded. */
  readonly createdAt: Instant
  /** When a member last arrived or changed. */
  readonly lastArrivalAt: Instant
  /** Every expected member is there, or it was archived partial by rule or by a person. */
  readonly complete: boolean
  readonly completedAt: Instant | null
  /** Its place in the order in which groups were archived. */
  readonly completedSeq: number | null
  /** As extracted; null before that. */
  readonly metadata: Readonly<Record<string, unknown>> | null
  readonly selectedBy: string | null
  readonly routedBy: string | null
  readonly archiveName: string | null
  /** Members are stored as `name~2.ext` from number 2 on. */
  readonly number: number
  /** The extension whose archive path stands for the group. */
  readonly primaryExtension: string | null
  /** Under which rules it was decided last. */
  readonly rulesDigest: string | null
  /** When it is to be looked at again though nothing happens; null: never. */
  readonly dueAt: Instant | null
  /** The archive that is in trouble as a whole and holds this group back. */
  readonly heldBy: string | null
  readonly warnedAt: Instant | null
  /** A person asked to archive it though it is incomplete. */
  readonly releaseRequested: boolean
  /** It took the place of the generations before in the archive. */
  readonly supersedes: boolean
  /** What the archive holds for it until the ledger has it. */
  readonly receipt: { readonly archive: string; readonly id: string } | null
  /** The archived members of the generation before; empty for the first one. */
  readonly previous: readonly Component[]
}

/** What one look at the group's files brought. */
export const withMembers = (group: Group, members: readonly Component[]): Group => ({ ...group, members })

/** The members that the pipeline still decides about. */
export const openMembers = (group: Group): readonly Component[] => group.members.filter(isOpen)

/** The members whose bytes may be read: open ones and archived ones. */
export const validMembers = (group: Group): readonly Component[] =>
  group.members.filter((one) => isOpen(one) || isArchived(one))

/** Every open member takes the step that `move` gives it. */
export const eachOpen = (group: Group, move: (one: Component) => Component): Group =>
  withMembers(group, group.members.map((one) => (isOpen(one) ? move(one) : one)))

/** What the batch decided about the group's members, in their order. */
export const stepsOf = (group: Group): readonly { member: Component; step: Step }[] =>
  group.members.flatMap((member) => member.steps.map((step) => ({ member, step })))

/** Archived members of the generation before that this one does not have (yet). What was adopted has no path of its own
 *  and goes by its extension. */
export const absentMembers = (group: Group): readonly Component[] => {
  if (group.previous.length === 0) return group.previous
  const paths = new Set(group.members.map((one) => one.path))
  const extensions = new Set(group.members.map((one) => one.extension))
  return group.previous.filter((one) => !(one.origin === 'adopted' ? extensions.has(one.extension) : paths.has(one.path)))
}
