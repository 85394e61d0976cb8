import type { Component } from '../domain/component.ts'
import { Fault } from '../domain/fault.ts'
import { withMembers, type Group } from '../domain/group.ts'
import { showPath } from '../domain/path.ts'
import type { Columns } from '../plugin/contract.ts'
import { metadata } from '../pipeline/metadata.ts'
import { archivedGroups, type ArchivedGroupsFilter } from '../store/archived-groups.ts'
import { metadataJson } from '../store/plugin-columns.ts'
import { writeMetadata } from '../store/write-metadata.ts'
import { shownAtMost } from './archive-report.ts'
import { settingsOf } from './batch.ts'
import type { PassParts } from './pass-parts.ts'
import { stageWorld } from './run-batch.ts'

export type ExtractOptions = Pick<ArchivedGroupsFilter, 'missing' | 'since'> & {
  /** Null: all of the config. */
  readonly watchName: string | null
  readonly columns: Columns
  readonly actor: string
  readonly signal: AbortSignal
}

/** What came of it, in groups. */
export type ExtractEnd = {
  extracted: number
  /** Of those, groups whose metadata is another now. */
  changed: number
  failed: number
  readonly firstFaults: Fault[]
  interrupted: boolean
}

/** Groups extracted at a time. */
const page = 250

/** Extracts metadata again from archived bytes, in bounded pages. A group whose plugin fails keeps what it had. Watches
 *  whose rules ask for no metadata are left alone. */
export const extractAgain = async (parts: PassParts, options: ExtractOptions): Promise<ExtractEnd> => {
  const end: ExtractEnd = { extracted: 0, changed: 0, failed: 0, firstFaults: [], interrupted: false }
  const settings = settingsOf(parts.config, parts.rules())
  const watchNames = parts.config.watches.map((one) => one.name)
    .filter((name) => (options.watchName ?? name) === name && settings(name).rules.metadataModule !== null)
  for (let after = 0; !options.signal.aborted; ) {
    const groups = await archivedGroups(parts.sql, { ...options, watchNames }, { after, limit: page })
    const last = groups.at(-1)?.id
    if (last === undefined || last === null) return end
    await extractPage(groups, stageWorld({ ...parts, settings }, parts.clock.now()), { parts, options, end })
    after = last
  }
  return { ...end, interrupted: true }
}

type Work = { readonly parts: PassParts; readonly options: ExtractOptions; readonly end: ExtractEnd }

const extractPage = async (
  groups: readonly Group[], world: ReturnType<typeof stageWorld>, { parts, options: { columns, actor }, end }: Work,
): Promise<void> => {
  const decisions = await Promise.all(metadata.run(groups.map(inArchive), world))
  const fresh = decisions.flatMap((decision, index) => {
    const before = groups[index]
    const { group } = decision
    if (decision.is === 'fault') {
      end.failed += 1
      if (end.firstFaults.length < shownAtMost) {
        end.firstFaults.push(new Fault(`${group.watchName}, ${showPath(group.key)}: ${decision.fault.sentence}`))
      }
      return []
    }
    if (group.id === null || group.metadata === null || before === undefined) return []
    const isOther = metadataJson(before.metadata) !== metadataJson(group.metadata)
    end.extracted += 1
    if (isOther) end.changed += 1
    return [{ groupId: group.id, metadata: group.metadata, noteOn: isOther ? (group.members[0]?.id ?? null) : null }]
  })
  await writeMetadata(parts.sql, fresh, { columns, now: parts.clock.now(), actor })
}

/** Its bytes are read from the archive, whether or not the sources are still there. */
const inArchive = (group: Group): Group =>
  withMembers(group, group.members.map((one): Component => ({ ...one, inDelivery: false })))
