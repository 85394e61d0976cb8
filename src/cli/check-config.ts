import { showProblem, ConfigFault } from '../config/problem.ts'
import { Fault } from '../domain/fault.ts'
import { showText } from '../domain/show.ts'
import type { Checked, CheckedArchive } from '../service/check-setup.ts'
import { command, exit, type Io } from './command.ts'

/** Looks through everything that a project is made of, before anything runs. */
export const checkConfig = command({
  usage: 'check-config',
  aliases: ['check config'],
  summary: 'Check config, rules, plugins, directories and the file systems of the archives',
  options: { '--json': 'As JSON' },
  async run(args, io) {
    const checked = await check(io)
    if (args.flag('json')) io.out(configJson(checked))
    else {
      io.err(troubleText(checked))
      io.out(configText(checked))
    }
    return checked.errors.length > 0 ? exit.failed : exit.ok
  },
})

const check = async (io: Io): Promise<Checked> => {
  const { configPlace, openFilePool, openProjectPlugins, rootOf } = await import('../compose.ts')
  const { loadSetup } = await import('../config/load-setup.ts')
  const { parseToml } = await import('../config/toml.ts')
  const { rulesSource } = await import('../config/rules-source.ts')
  const { configFiles } = await import('../edges/config-files.ts')
  const { tryArchive } = await import('../edges/archive-trial.ts')
  const { checkSetup } = await import('../service/check-setup.ts')
  const setup = faultOr(() => loadSetup(configFiles, configPlace(io)))
  if (setup instanceof Fault) return { errors: linesOf(setup), warnings: [], archives: [] }
  const { config, rules, configPlaces } = setup
  const host = await openProjectPlugins(config, io).catch(asFault)
  const pool = openFilePool(config)
  try {
    const places = { config: configPlaces, rules: parseToml(rulesSource(configFiles, config.file, config.rulesFile)) }
    const plugins = host instanceof Fault ? host : host.describe()
    const checked = await checkSetup({ config, rules, places, plugins, files: pool.files, rootOf, tryArchive })
    return { ...checked, warnings: [...setup.warnings.map(showProblem), ...checked.warnings] }
  } finally {
    if (!(host instanceof Fault)) host.close()
    await pool.close()
  }
}

const faultOr = <T>(work: () => T): T | Fault => {
  try {
    return work()
  } catch (error) {
    return asFault(error)
  }
}

const asFault = (error: unknown): Fault => {
  if (error instanceof Fault) return error
  throw error
}

const linesOf = (fault: Fault): readonly string[] =>
  fault instanceof ConfigFault ? fault.problems.map(showProblem) : fault.sentence.split('\n')

/** Warnings and errors, as the Python package has them. */
export const troubleText = ({ errors, warnings }: Pick<Checked, 'errors' | 'warnings'>): string =>
  [
    ...warnings.map((one) => `WARNING: ${showText(one)}\n`),
    ...errors.map((one) => `ERROR: ${showText(one)}\n`),
    ...(errors.length > 0 ? [`Config validation failed with ${errors.length} error(s)\n`] : []),
  ].join('')

export const configText = ({ errors, archives }: Pick<Checked, 'errors' | 'archives'>): string =>
  [...archives.map((one) => `${archiveLine(one)}\n`), ...(errors.length > 0 ? [] : ['Config is valid.\n'])].join('')

const archiveLine = ({ name, root, isThere, abilities }: CheckedArchive): string => {
  const where = `archive ${showText(name)}: ${showText(root)}`
  if (abilities === null) return `${where}${isThere ? ' cannot be tried' : ' is not there yet: made on first use'}`
  const can = [
    ['no-replace rename', abilities.noReplaceRename], ['exchange', abilities.exchange], ['hard links', abilities.hardLinks],
    ['syncfs', abilities.syncfs],
  ].map(([what, does]) => `${does === true ? '' : 'no '}${String(what)}`)
  return `${where} (${abilities.fileSystem.type}): ${can.join(', ')}`
}

export const configJson = ({ errors, warnings, archives }: Checked): string =>
  `${JSON.stringify({
    valid: errors.length === 0,
    errors,
    warnings,
    archives: archives.map(({ name, root, isThere, abilities }) => ({
      name,
      path: showText(root),
      exists: isThere,
      file_system: abilities?.fileSystem.type ?? null,
      no_replace_rename: abilities?.noReplaceRename ?? null,
      exchange: abilities?.exchange ?? null,
      hard_links: abilities?.hardLinks ?? null,
      syncfs: abilities?.syncfs ?? null,
    })),
  })}\n`
