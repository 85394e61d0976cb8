import type { Archive, Watch } from '../../src/config/config.ts'
import type { RuleSet } from '../../src/config/rules.ts'
import { Fault } from '../../src/domain/fault.ts'
import type { Group } from '../../src/domain/group.ts'
import type { Path } from '../../src/domain/path.ts'
import { parseTemplate } from '../../src/domain/template.ts'
import type { Instant } from '../../src/domain/time.ts'
import type { Decision, Stage, StageWorld } from '../../src/pipeline/stage.ts'
import type { Inspection, PutGroup, PutResult } from '../../src/world.ts'
import { anArchive, aRuleSet, aWatch } from './builders.ts'
import { startOfTime } from './clock.ts'
import { fakePlugins, type PluginTable } from './plugins.ts'

export type FakeWorldOptions = {
  readonly now?: Instant
  readonly watch?: Partial<Watch>
  readonly rules?: Partial<RuleSet>
  readonly archives?: readonly Archive[]
  readonly settling?: readonly Path[]
  readonly plugins?: PluginTable
  /** How the inspection of a path ends; every other one reads as the member was seen. */
  readonly inspections?: Readonly<Record<Path, Inspection>>
  /** What a put gives for a group; else all of it is stored as it was asked for. */
  readonly put?: (group: PutGroup) => PutResult
}

export type FakeWorld = StageWorld & {
  readonly inspected: readonly Path[]
  readonly puts: readonly PutGroup[]
}

/** The world as stages see it. */
export const fakeWorld = (options: FakeWorldOptions = {}): FakeWorld => {
  const inspected: Path[] = []
  const puts: PutGroup[] = []
  const settings = { watch: aWatch(options.watch), rules: aRuleSet(options.rules) }
  const archives = options.archives ?? [anArchive()]
  const refuse = () => Promise.reject(new Error('a stage does not do that'))
  return {
    now: options.now ?? startOfTime,
    settings: () => settings,
    settling: () => options.settling ?? [],
    plugins: fakePlugins(options.plugins),
    archives: new Map(archives.map((archive) => [archive.name, { archive, template: parseTemplate(archive.destination) }])),
    destination: () => ({
      put: async (groups) => {
        puts.push(...groups)
        return { receipt: 'put-1', groups: groups.map(options.put ?? asAsked) }
      },
    }),
    files: {
      list: refuse, listSome: refuse, fileSystemOf: refuse, look: refuse, glance: refuse, writers: refuse, remove: refuse,
      readable: async (paths) => paths.map(() => null),
      inspect: async (jobs) => jobs.map(({ path }) => {
        inspected.push(path)
        return options.inspections?.[path] ?? { is: 'fault', fault: new Fault(`nobody said what stands at ${path}`) }
      }),
    },
    inspected,
    puts,
  }
}

const asAsked = (group: PutGroup): PutResult => ({
  is: 'stored', number: group.number, stranger: null,
  members: group.members.map((one) => {
    const key = `${group.directory}/${one.stem}${one.extension}`
    return { key, path: `/archive/${key}`, sha256: 'b'.repeat(64), sizeBytes: one.identity.sizeBytes }
  }),
})

/** What a stage decides about one group. */
export const decide = async (stage: Stage, group: Group, world: StageWorld = fakeWorld()): Promise<Decision> => {
  const [decision] = await Promise.all(stage.run([group], world))
  if (decision === undefined) throw new Error(`${stage.name} gave no decision`)
  return decision
}

/** Each member as `name status`, with the reason where there is one. */
export const standings = ({ group }: { readonly group: Group }): readonly string[] =>
  group.members.map((one) => `${one.path.slice(one.path.lastIndexOf('/') + 1)} ${one.status}${one.error ? `: ${one.error}` : ''}`)
