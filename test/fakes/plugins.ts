import { Fault } from '../../src/domain/fault.ts'
import type { Path } from '../../src/domain/path.ts'
import type { Metadata } from '../../src/plugin/contract.ts'
import type { Plugins } from '../../src/world.ts'

/** What plugins export: functions by name, and one `extract`. What they throw is a fault. */
export type PluginTable = {
  extract?: (paths: readonly Path[]) => Metadata | Promise<Metadata>
  functions?: Readonly<Record<string, (...args: readonly never[]) => unknown>>
}

/** The table may be exchanged while the plugins are in use, as somebody mends one. */
export const fakePlugins = (table: PluginTable = {}): Plugins => ({
  call: ({ name }, argumentLists) =>
    Promise.all(argumentLists.map((args) => {
      const own = table.functions?.[name]
      if (own === undefined) return new Fault(`no plugin has a function ${name}`)
      return orFault(() => (own as (...args: readonly unknown[]) => unknown)(...args))
    })),
  extract: (_, pathLists) =>
    Promise.all(pathLists.map((paths) => orFault(async () => table.extract?.(paths) ?? {}))),
})

const orFault = async <T>(work: () => T | Promise<T>): Promise<T | Fault> => {
  try {
    return await work()
  } catch (error) {
    return new Fault(`file_model.ts:1: ${error instanceof Error ? error.message : String(error)}`)
  }
}
