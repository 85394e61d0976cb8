import type { Config } from '../config/config.ts'
import type { Rules } from '../config/rules.ts'
import { Fault } from '../domain/fault.ts'
import type { Group } from '../domain/group.ts'
import type { Path } from '../domain/path.ts'
import { parseTemplate } from '../domain/template.ts'
import type { Instant } from '../domain/time.ts'
import { routing } from '../pipeline/routing.ts'
import { selection } from '../pipeline/selection.ts'
import type { StageWorld } from '../pipeline/stage.ts'
import { completeGroups } from '../store/complete-groups.ts'
import type { Files, Plugins, Sql } from '../world.ts'
import { settingsOf } from './batch.ts'

export type NamedGroup = { readonly watchName: string; readonly key: Path }

/** What other rules would decide otherwise about groups that are known. */
export type RulesComparison = {
  evaluated: number
  readonly newlyAccepted: NamedGroup[]
  readonly newlyRejected: NamedGroup[]
  readonly rerouted: (NamedGroup & { readonly from: string; readonly to: string })[]
  /** Groups that either rules cannot decide about. */
  readonly undecided: (NamedGroup & { readonly fault: Fault })[]
}

type Needed = { readonly config: Config; readonly sql: Sql; readonly plugins: Plugins }

/** Groups looked at a time. */
const page = 1000

/** Puts every complete group with metadata through selection and routing twice: as the rules are, and as a candidate has
 *  them. The stages are those of the pipeline. */
export const compareRules = async (
  current: Rules, candidate: Rules, { config, sql, plugins }: Needed, now: Instant, signal: AbortSignal,
): Promise<RulesComparison> => {
  const comparison: RulesComparison = { evaluated: 0, newlyAccepted: [], newlyRejected: [], rerouted: [], undecided: [] }
  const [before, after] = [current, candidate].map((rules) => decider(stageWorld(rules, config, plugins, now)))
  const watchNames = config.watches.map((one) => one.name)
  for (let last = 0; !signal.aborted; ) {
    const groups = await completeGroups(sql, watchNames, { after: last, limit: page })
    const next = groups.at(-1)?.id
    if (next === undefined || next === null || before === undefined || after === undefined) return comparison
    const [was, is] = await Promise.all([before(groups), after(groups)])
    groups.forEach((group, index) => note(group, was[index] ?? null, is[index] ?? null, comparison))
    last = next
  }
  throw new Fault('stopped by a signal before every group was looked at')
}

/** Where each group goes: the name of an archive, null for nowhere, a Fault where that cannot be told. */
const decider = (world: StageWorld) => async (groups: readonly Group[]): Promise<readonly (string | null | Fault)[]> => {
  const selected = await Promise.all(selection.run(groups, world))
  const wanted = selected.flatMap((one) => (one.is === 'go' ? [one.group] : []))
  const routed = [...(await Promise.all(routing.run(wanted, world)))]
  return selected.map((one) => {
    if (one.is !== 'go') return one.is === 'fault' ? one.fault : null
    const route = routed.shift()
    return route?.is === 'fault' ? route.fault : (route?.group.archiveName ?? null)
  })
}

const note = (
  { watchName, key }: Group, was: string | null | Fault, is: string | null | Fault, comparison: RulesComparison,
): void => {
  const group = { watchName, key }
  comparison.evaluated += 1
  if (was instanceof Fault) comparison.undecided.push({ ...group, fault: was })
  else if (is instanceof Fault) comparison.undecided.push({ ...group, fault: is })
  else if (was === null && is !== null) comparison.newlyAccepted.push(group)
  else if (was !== null && is === null) comparison.newlyRejected.push(group)
  else if (was !== null && is !== null && was !== is) comparison.rerouted.push({ ...group, from: was, to: is })
}

/** Selection and routing ask no file and put nothing. */
const stageWorld = (rules: Rules, config: Config, plugins: Plugins, now: Instant): StageWorld => ({
  now, plugins, files: noFiles, settings: settingsOf(config, rules), settling: () => [],
  archives: new Map(config.archives.map((archive) => [archive.name, { archive, template: parseTemplate(archive.destination) }])),
  destination: () => ({ put: () => Promise.reject(new Error('a comparison of rules puts nothing')) }),
})

const refuse = (): Promise<never> => Promise.reject(new Error('a comparison of rules reads no file'))
const noFiles: Files = {
  list: refuse, listSome: refuse, fileSystemOf: refuse, look: refuse, glance: refuse, readable: refuse, inspect: refuse, writers: refuse, remove: refuse,
}
