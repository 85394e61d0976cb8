import { reportFor, type Report } from '../config/report.ts'
import type { FilePlaces } from '../config/check-together.ts'
import type { Archive, Config, Watch } from '../config/config.ts'
import { inFileOrder, showProblem, type Problem } from '../config/problem.ts'
import type { Rules } from '../config/rules.ts'
import { Fault } from '../domain/fault.ts'
import { joinPath, showPath, type Path } from '../domain/path.ts'
import { literalPrefix, parseTemplate } from '../domain/template.ts'
import type { ArchiveAbilities } from '../edges/archive-trial.ts'
import type { Description } from '../plugin/messages.ts'
import type { Files } from '../world.ts'
import { feedersOf } from './feeders.ts'
import { missingFunctions } from './rule-functions.ts'

/** What a project is, and what is needed to look at it. */
export type Checking = {
  readonly config: Config
  readonly rules: Rules
  readonly places: { readonly config: FilePlaces; readonly rules: FilePlaces }
  /** A Fault with a line for everything that is wrong with them. */
  readonly plugins: Description | Fault
  readonly files: Pick<Files, 'look' | 'list'>
  readonly rootOf: (archive: Archive) => Path
  readonly tryArchive: (root: Path) => Promise<ArchiveAbilities | Fault>
}

/** One archive. One that is not there yet is made on first use; `abilities` is null where it could not be tried. */
export type CheckedArchive = {
  readonly name: string
  readonly root: Path
  readonly isThere: boolean
  readonly abilities: ArchiveAbilities | null
}

export type Checked = {
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
  readonly archives: readonly CheckedArchive[]
}

/** Looks at what config and rules only name: plugins, delivery directories, archives and what their file systems can. */
export const checkSetup = async (checking: Checking): Promise<Checked> => {
  const errors: Problem[] = []
  const warnings: Problem[] = []
  const { config, rules, places, plugins } = checking
  const at = { error: reportFor(places.config, errors), warning: reportFor(places.config, warnings) }
  const devices = await lookAtWatches(checking, at)
  const archives: CheckedArchive[] = []
  for (const index of config.archives.keys()) archives.push(...(await lookAtArchive(index, checking, devices, at)))
  const inRules = reportFor(places.rules, errors)
  const pluginLines = plugins instanceof Fault ? plugins.sentence.split('\n') : []
  if (!(plugins instanceof Fault)) for (const one of missingFunctions(rules, plugins)) inRules.at(one.at, one.what)
  return {
    errors: [...inFileOrder(errors).map(showProblem), ...pluginLines],
    warnings: inFileOrder(warnings).map(showProblem),
    archives,
  }
}

type Reports = { readonly error: Report; readonly warning: Report }

/** The device of each delivery directory that is there. */
const lookAtWatches = async (
  { config, files }: Checking, { error, warning }: Reports,
): Promise<ReadonlyMap<Watch, string>> => {
  const devices = new Map<Watch, string>()
  const sights = await files.look(config.watches.map((one) => one.path), true)
  for (const [index, watch] of config.watches.entries()) {
    const sight = sights[index] ?? null
    const at = ['watch', index, 'path']
    if (sight === null) warning.at(at, `${showPath(watch.path)} is not there: make it, or mount it`)
    else if (sight instanceof Fault) error.at(at, sight.sentence)
    else if (sight.kind !== 'directory') error.at(at, `${showPath(watch.path)} is not a directory`)
    else {
      devices.set(watch, sight.identity.device)
      const listing = await files.list(watch.path)
      if (listing instanceof Fault) error.at(at, listing.sentence)
    }
  }
  return devices
}

const lookAtArchive = async (
  index: number, { config, rules, files, rootOf, tryArchive }: Checking, devices: ReadonlyMap<Watch, string>,
  { error, warning }: Reports,
): Promise<readonly CheckedArchive[]> => {
  const archive = config.archives[index]
  if (archive === undefined) return []
  const root = rootOf(archive)
  const at = ['archive', index, archive.basePath === null ? 'destination' : 'base_path']
  const [sight = null, below = null] = await files.look([root, neededDirectory(archive, root)], true)
  if (below === null && !archive.createDirectories) {
    const needed = showPath(neededDirectory(archive, root))
    warning.at(['archive', index, 'create_directories'], `is false, and ${needed} is not there: make it`)
  }
  if (sight === null) return [{ name: archive.name, root, isThere: false, abilities: null }]
  if (sight instanceof Fault || sight.kind !== 'directory') {
    error.at(at, sight instanceof Fault ? sight.sentence : `${showPath(root)} is not a directory`)
    return [{ name: archive.name, root, isThere: true, abilities: null }]
  }
  const abilities = await tryArchive(root)
  if (abilities instanceof Fault) {
    error.at(at, abilities.sentence)
    return [{ name: archive.name, root, isThere: true, abilities: null }]
  }
  for (const watch of feedersOf(archive.name, config, rules)) {
    if (watch.onRedelivery === 'replace' && !abilities.exchange) {
      const its = `that of the archive ${JSON.stringify(archive.name)} (${abilities.fileSystem.type})`
      const what = `"replace" needs a file system that exchanges two names at once, and ${its} does not; use "version"`
      error.at(['watch', config.watches.indexOf(watch), 'on_redelivery'], what)
    }
    const device = devices.get(watch)
    if (archive.action === 'hardlink' && device !== undefined && device !== sight.identity.device) {
      const way = `from ${showPath(watch.path)} to ${showPath(root)}`
      const what = `"hardlink" cannot lead ${way}, which is another file system; use "copy"`
      error.at(['archive', index, 'action'], what)
    }
  }
  return [{ name: archive.name, root, isThere: true, abilities }]
}

/** What the template names before its first placeholder. */
const neededDirectory = ({ basePath, destination }: Archive, root: Path): Path =>
  basePath === null ? root : joinPath(root, literalPrefix(parseTemplate(destination)))
