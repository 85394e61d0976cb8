import { baseColumns, checkColumns } from './columns.ts'
import type { Columns, QueryDefaults } from './contract.ts'
import { found } from './found.ts'

/** One plugin file and what it exports. */
export type PluginModule = {
  /** As rules name it: the file's name without `.ts`. */
  readonly name: string
  /** As messages name it: `plugins/file_model.ts`. */
  readonly file: string
  readonly exports: Readonly<Record<string, unknown>>
}

export type ModuleDescription = {
  readonly name: string
  readonly file: string
  /** The functions that rules may name; `extract` is not among them. */
  readonly functions: readonly string[]
  readonly hasExtract: boolean
}

/** What all plugins together give. */
export type ExportIndex = {
  readonly columns: Columns
  readonly queryDefaults: QueryDefaults
  readonly modules: readonly ModuleDescription[]
}

export type IndexedExports = { readonly index: ExportIndex; readonly problems: readonly string[] }

/** Looks through what the plugins export: what they give together, and a line for all that is wrong. */
export const indexExports = (modules: readonly PluginModule[]): IndexedExports => {
  const columns = onlyOne(modules, 'columns')
  const checked = columns.value === undefined ? { columns: {}, problems: [] } : checkColumns(columns.value)
  const defaults = onlyOne(modules, 'queryDefaults')
  const described = modules.map(describe)
  return {
    index: {
      columns: checked.columns,
      queryDefaults: (defaults.value ?? {}) as QueryDefaults,
      modules: described,
    },
    problems: [
      ...columns.problems,
      ...checked.problems.map((problem) => `${columns.file}: ${problem}`),
      ...defaults.problems,
      ...wrongDefaults(defaults.value, checked.columns).map(
        (problem) => `${defaults.file}: queryDefaults ${problem}`),
      ...modules.filter(hasWrongExtract).map(({ file, exports }) =>
        `${file}: extract must be a function, was ${found(exports['extract'])}`),
      ...sharedFunctions(described),
    ],
  }
}

const onlyOne = (modules: readonly PluginModule[], name: string) => {
  const [first, ...others] = modules.filter(({ exports }) => exports[name] !== undefined)
  return {
    value: first?.exports[name],
    file: first?.file ?? '',
    problems: others.map(({ file }) => `${file} exports ${name}, and so does ${first?.file}: one plugin may`),
  }
}

const describe = ({ name, file, exports }: PluginModule): ModuleDescription => ({
  name,
  file,
  functions: Object.keys(exports).filter((key) => isRuleFunction(key, exports[key])),
  hasExtract: typeof exports['extract'] === 'function',
})

/** Classes, private names and the default export are the plugin's own business. */
const isRuleFunction = (name: string, value: unknown): boolean =>
  typeof value === 'function' && name !== 'extract' && name !== 'default' && !name.startsWith('_')
  && !/^class\b/.test(Function.prototype.toString.call(value))

const hasWrongExtract = ({ exports }: PluginModule): boolean =>
  exports['extract'] !== undefined && typeof exports['extract'] !== 'function'

const sharedFunctions = (modules: readonly ModuleDescription[]): string[] => {
  const owner = new Map<string, string>()
  return modules.flatMap(({ file, functions }) =>
    functions.flatMap((name) => {
      const first = owner.get(name)
      if (first === undefined) owner.set(name, file)
      if (first === undefined) return []
      return [`${file} exports the function ${name}, and so does ${first}: rename one of them`]
    }),
  )
}

const wrongDefaults = (value: unknown, columns: Columns): string[] => {
  if (value === undefined) return []
  if (typeof value !== 'object' || value === null) {
    return [`must be like { orderBy: '-start' }, was ${found(value)}`]
  }
  const { orderBy, limit, columns: shown, ...others } = value as Record<string, unknown>
  const isColumn = (name: unknown): boolean =>
    typeof name === 'string' && (Object.hasOwn(columns, name) || baseColumns.has(name))
  return [
    ...(orderBy === undefined || (typeof orderBy === 'string' && isColumn(orderBy.replace(/^-/, '')))
      ? [] : [`orderBy must be a column, with - for the newest or largest first, was ${found(orderBy)}`]),
    ...(limit === undefined || (Number.isSafeInteger(limit) && Number(limit) > 0)
      ? [] : [`limit must be a whole number above 0, was ${found(limit)}`]),
    ...(shown === undefined || Array.isArray(shown) ? [] : [`columns must be a list of columns, was ${found(shown)}`]),
    ...(Array.isArray(shown) ? shown.filter((name) => !isColumn(name)) : [])
      .map((name) => `columns has ${found(name)}, which is no column`),
    ...Object.keys(others).map((key) => `has '${key}'; known are orderBy, limit and columns`),
  ]
}
