import { Fault } from '../domain/fault.ts'
import { showPath, type Path } from '../domain/path.ts'
import type { Millis } from '../domain/time.ts'
import type { Metadata } from '../plugin/contract.ts'
import type { Call, Description } from '../plugin/messages.ts'
import type { Plugins } from '../world.ts'
import { pluginThreads } from './plugin-threads.ts'

export type PluginOptions = {
  /** Absolute; null: there are no plugins. */
  readonly directory: Path | null
  /** For one call, and for loading one plugin. */
  readonly timeoutMs: Millis
  /** See `SessionOptions`. */
  readonly memoryBytes?: number
  /** Takes what plugins print; stderr where nothing is given. */
  readonly print?: (text: string) => void
}

export type PluginHost = Plugins & {
  /** What is loaded now. */
  describe(): Description
  /** Loads everything anew, what plugins import included, and swaps it at once; calls that were begun end under the
   *  old ones. Rejects with a Fault where something is wrong, and the old ones stay. */
  reload(): Promise<Description>
  /** Ends the thread; what is still asked is answered with a fault. */
  close(): void
}

/** Loads the plugins of a directory into a thread of their own. Rejects with one Fault that has a line for everything
 *  that is wrong: `plugins/file_model.ts:3:10: No matching export …`. */
export const openPlugins = async (options: PluginOptions): Promise<PluginHost> => {
  const { directory, timeoutMs, print = (text) => void process.stderr.write(text) } = options
  if (directory === null) return noPlugins
  if (!directory.isWellFormed()) {
    throw new Fault(`${showPath(directory)}: the name of the plugin directory is not UTF-8`)
  }
  const threads = await pluginThreads({ directory: directory.replace(/(?<=.)\/+$/, ''), timeoutMs, print, ...(options.memoryBytes === undefined ? {} : { memoryBytes: options.memoryBytes }) })

  const ask = (call: Omit<Call, 'id'>): Promise<unknown> => notUtf8(call.args) ?? threads.ask(call)

  const call: Plugins['call'] = ({ module, name }, argumentLists) => {
    const { modules } = threads.describe()
    const owner = modules.find((one) => (module === null || one.name === module) && one.functions.includes(name))
    if (owner === undefined) return Promise.resolve(argumentLists.map(() => unknownFunction(modules, name)))
    return Promise.all(argumentLists.map((args) => ask({ kind: 'function', module: owner.name, name, args })))
  }

  const extract: Plugins['extract'] = (module, pathLists) => {
    const owner = threads.describe().modules.find(({ name }) => name === module)
    if (owner?.hasExtract !== true) {
      const missing = owner ? `${owner.file} exports no extract` : `there is no plugin ${module}.ts in ${directory}`
      const remedy = 'write it, or change the rule that names it'
      return Promise.resolve(pathLists.map(() => new Fault(missing, { remedy })))
    }
    const calls = pathLists.map((paths) => ask({ kind: 'extract', module, name: 'extract', args: [paths] }))
    return Promise.all(calls) as Promise<(Metadata | Fault)[]>
  }

  return { call, extract, describe: threads.describe, reload: threads.reload, close: threads.close }
}

/** Plugins get paths as text, and what is not text would name another file. */
const notUtf8 = (args: readonly unknown[]): Promise<Fault> | null => {
  const path = args.flat().find((one): one is string => typeof one === 'string' && !one.isWellFormed())
  if (path === undefined) return null
  return Promise.resolve(new Fault(`${showPath(path)}: its name is not UTF-8; plugins get paths as text`, {
    remedy: 'rename it, or use rules without plugins for it',
  }))
}

const unknownFunction = (modules: Description['modules'], name: string): Fault => {
  const known = modules.flatMap(({ functions }) => functions)
  return new Fault(`no plugin exports the function ${name}`, {
    remedy: known.length === 0 ? 'no plugin exports any that rules may name' : `there are ${known.join(', ')}`,
  })
}

const nothing: Description = { columns: {}, queryDefaults: {}, modules: [], digest: '', files: [] }
const withoutPlugins = (what: string) =>
  new Fault(`a rule names ${what}, and there are no plugins`, { remedy: 'set directory in [plugins] of config.toml' })

const noPlugins: PluginHost = {
  call: async ({ name }, argumentLists) => argumentLists.map(() => withoutPlugins(`the plugin function ${name}`)),
  extract: async (module, pathLists) => pathLists.map(() => withoutPlugins(`the plugin ${module}`)),
  describe: () => nothing,
  reload: async () => nothing,
  close: () => {},
}
