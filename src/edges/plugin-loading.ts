import { readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { relative, resolve } from 'node:path'
import type { Path } from '../domain/path.ts'
import type { Millis } from '../domain/time.ts'
import { indexExports, type PluginModule } from '../plugin/exports.ts'
import type { Description } from '../plugin/messages.ts'
import { codeOf, diskFault } from './disk-errors.ts'
import { placeOf, shownPath, thrownLine, type PluginRoot } from './plugin-errors.ts'

export type Loaded = { readonly modules: readonly PluginModule[]; readonly description: Description }
export type Refused = { readonly problems: readonly string[] }

/** Loads every plugin of a directory into this thread, one after the other by name: all of them, or a line for each
 *  thing that is wrong. `begin` is told of each before it is tried. */
export const loadPlugins = async (
  root: PluginRoot,
  timeoutMs: Millis,
  begin: (file: string) => void,
): Promise<Loaded | Refused> => {
  begin(root.shown)
  const listed = listPlugins(root)
  if ('problems' in listed) return listed
  const ours = new Set(loadedFiles())
  const modules: PluginModule[] = []
  const problems: string[] = []
  for (const name of listed.names) {
    const file = `${root.shown}/${name}`
    begin(file)
    try {
      const exports = await load(`${root.directory}/${name}`, timeoutMs)
      modules.push({ name: name.replace(/\.ts$/, ''), file, exports })
    } catch (error) {
      problems.push(...(await explain(root, name, error)))
    }
  }
  const { index, problems: wrong } = indexExports(modules)
  problems.push(...wrong)
  if (problems.length > 0) return { problems: [...new Set(problems)] }
  const files = loadedFiles().filter((file) => !ours.has(file)).sort()
  return { modules, description: { ...index, files, digest: await digestOf(root, files) } }
}

/** Plugins are the `*.ts` of the directory itself, without those that begin with `_` and declarations. What anybody on
 *  the machine may write is not run. */
const listPlugins = ({ directory, shown }: PluginRoot): { readonly names: readonly string[] } | Refused => {
  try {
    const names = readdirSync(directory).filter(isPluginName).sort()
    const open = ['', ...names.map((name) => `/${name}`)].filter((name) => isWorldWritable(directory + name))
    if (open.length === 0) return { names }
    return { problems: open.map((name) => `${shown}${name} may be written by everyone: chmod o-w ${directory}${name}`) }
  } catch (error) {
    return { problems: [unlisted(directory, error)] }
  }
}

const unlisted = (directory: Path, error: unknown): string => {
  const at = error instanceof Error && 'path' in error ? String(error.path) : directory
  if (at !== directory) return diskFault(error, 'cannot look at', at).sentence
  if (codeOf(error) !== 'ENOENT') return diskFault(error, 'cannot list', at).sentence
  return `the directory of plugins ${directory} is not there: make it, or leave the table [plugins] out of config.toml`
}

const isPluginName = (name: string): boolean =>
  name.endsWith('.ts') && !name.endsWith('.d.ts') && !name.startsWith('_') && !name.startsWith('.')

const isWorldWritable = (path: string): boolean => (statSync(path).mode & 0o002) !== 0

const load = async (path: string, timeoutMs: Millis): Promise<PluginModule['exports']> => {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(`it was not loaded within ${timeoutMs / 1000} s`), timeoutMs)
  try {
    return await Promise.race([import(path) as Promise<PluginModule['exports']>, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** What was thrown while running has its place. What the loader refuses often lacks it (a missing export names neither
 *  file nor line), so the bundler is asked, which tells all of it. */
const explain = async (root: PluginRoot, name: string, error: unknown): Promise<string[]> => {
  const file = `${root.shown}/${name}`
  const thrown = thrownLine(root, file, null, error)
  if (placeOf(root, error) !== null || !(error instanceof Error)) return [thrown]
  const build = await Bun.build({
    entrypoints: [`${root.directory}/${name}`],
    target: 'bun',
    external: ['carbonation', 'bun:*', 'node:*'],
    throw: false,
  })
  const lines = build.logs.filter(({ level }) => level === 'error').map(({ message, position }) => {
    const said = namedInside(root, message)
    if (position === null) return `${file}: ${said}`
    return `${shownPath(root, position.file)}:${position.line}:${position.column}: ${said}`
  })
  return lines.length > 0 ? lines : [thrown]
}

/** The bundler names files relative to where the program was started. */
const namedInside = ({ directory }: PluginRoot, message: string): string =>
  message.replace(/(?<=")[^"]*(?=")/g, (name) =>
    name.startsWith('../') && resolve(name).startsWith(`${directory}/`) ? relative(directory, resolve(name)) : name)

const modulesOfThread = createRequire(import.meta.url).cache

const loadedFiles = (): string[] =>
  Object.keys(modulesOfThread).filter((key) => key.startsWith('/') && !key.startsWith('/$bunfs/'))

const digestOf = async (root: PluginRoot, files: readonly string[]): Promise<string> => {
  const digest = new Bun.CryptoHasher('sha256')
  for (const file of files) {
    const content = new Bun.CryptoHasher('sha256').update(await Bun.file(file).arrayBuffer()).digest('hex')
    digest.update(`${shownPath(root, file)}\0${content}\n`)
  }
  return digest.digest('hex')
}
