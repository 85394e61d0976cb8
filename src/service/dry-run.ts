import type { Component } from '../domain/component.ts'
import type { Group } from '../domain/group.ts'
import { numberedName } from '../domain/group-key.ts'
import { joinPath, type Path } from '../domain/path.ts'
import type { PutAnswer, PutGroup } from '../world.ts'
import type { Archives } from './archives.ts'
import { lookAtWatch, type LookEnd } from './look.ts'
import { collectDue } from './due.ts'
import { passLanes } from './pass-lanes.ts'
import type { PassParts } from './pass-parts.ts'

/** What a pass would decide about one file. */
export type Verdict = { readonly group: Group; readonly member: Component }
export type DryEnd = { readonly verdicts: readonly Verdict[]; readonly settling: number; readonly faults: readonly LookEnd[] }

/** A pass that decides about every file and writes nothing at all: what would be recorded is collected, and archives
 *  say where they would put things without looking. */
export const dryRun = async (
  parts: PassParts, rootOf: (archive: string) => Path, signal: AbortSignal,
): Promise<DryEnd> => {
  const verdicts: Verdict[] = []
  const record: PassParts['record'] = async (groups) => {
    for (const group of groups) for (const member of group.members) if (member.steps.length > 0) verdicts.push({ group, member })
  }
  const archives = config(parts).archives
  const dry: PassParts = { ...parts, config: { ...parts.config, archives }, archives: pretending(rootOf), record, destination: idle(parts) }
  const lanes = passLanes(dry, signal)
  const ends: LookEnd[] = []
  for (const watch of parts.config.watches) ends.push(await lookAtWatch(watch, dry, { lanes, signal }))
  await collectDue(dry)
  lanes.pump()
  await lanes.idle()
  return { verdicts, settling: parts.settling.size, faults: ends.filter((one) => one.fault !== null) }
}

/** Nothing is moved, so no source is removed. */
const config = ({ config }: PassParts) => ({
  archives: config.archives.map((one) => (one.action === 'move' ? { ...one, action: 'copy' as const } : one)),
})

const idle = ({ destination }: PassParts): PassParts['destination'] => (name) => ({
  ...destination(name), commit: async () => undefined, takeBack: async () => undefined,
})

const pretending = (rootOf: (archive: string) => Path): Archives => ({
  retry: async () => undefined,
  isAway: async () => false,
  during: (_, work) => work(),
  put: async (name, groups): Promise<PutAnswer> => ({
    receipt: '', groups: groups.map((group) => wouldStore(group, rootOf(name))),
  }),
})

const wouldStore = (group: PutGroup, root: Path): PutAnswer['groups'][number] => ({
  is: 'stored', number: group.number, stranger: null,
  members: group.members.map((one) => {
    const key = joinPath(group.directory, numberedName(one.stem, one.extension, group.number))
    return { key, path: joinPath(root, key), sha256: '', sizeBytes: one.identity.sizeBytes }
  }),
})
