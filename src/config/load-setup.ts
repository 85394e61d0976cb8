import { posix } from 'node:path'
import { Fault } from '../domain/fault.ts'
import { parentOf, type Path } from '../domain/path.ts'
import { checkTogether, type FilePlaces } from './check-together.ts'
import type { Config } from './config.ts'
import { configSource, loadSecrets, type ConfigFiles, type ConfigPlace } from './config-source.ts'
import { rulesSource } from './load-rules.ts'
import { readConfig } from './parse-config.ts'
import { readRules } from './parse-rules.ts'
import { ConfigFault, gather, type Problem } from './problem.ts'
import type { Rules } from './rules.ts'
import { isTable, parseToml, type TomlFile } from './toml.ts'

/** Config and rules that fit together, and what is worth a warning about them. */
export type Setup = {
  readonly config: Config
  readonly rules: Rules
  readonly warnings: readonly Problem[]
  /** Where things stand in config.toml, for a later `reloadRules`. */
  readonly configPlaces: FilePlaces
}

/** Reads config, secrets and rules. Throws one ConfigFault with the mistakes of all of them and, once each is
 *  right by itself, with what does not fit together; a Fault only where config.toml can't be read at all. */
export const loadSetup = (files: ConfigFiles, place: ConfigPlace & { readonly asRoot: boolean }): Setup => {
  const problems: Problem[] = []
  const secretProblems: Problem[] = []
  const source = configSource(files, place)
  const file = parseToml(source)
  const secrets = gather(secretProblems, () => loadSecrets(files, place.home))
  const config = gather(problems, () => readConfig(source, file, secrets))
  const rules = gather(problems, () => readRulesFile(files, file, place.path, rulesPath(file, place.path)))
  problems.push(...secretProblems)
  if (config === null || rules === null || problems.length > 0) throw new ConfigFault(problems)
  return together(config, rules.value, file, rules.file, place.asRoot)
}

/** Reads the rules again under the same config. Throws as `loadSetup` does, and then the old setup holds on.
 */
export const reloadRules = (files: Pick<ConfigFiles, 'readText'>, setup: Setup, asRoot: boolean): Setup => {
  const { config, configPlaces } = setup
  const rules = readRulesFile(files, configPlaces, config.file, config.rulesFile)
  return together(config, rules.value, configPlaces, rules.file, asRoot)
}

const together = (
  config: Config,
  rules: Rules,
  configPlaces: FilePlaces,
  rulesPlaces: FilePlaces,
  asRoot: boolean,
): Setup => {
  const { errors, warnings } = checkTogether(
    config,
    rules,
    { config: configPlaces, rules: rulesPlaces },
    asRoot,
  )
  if (errors.length > 0) throw new ConfigFault(errors)
  return { config, rules, warnings, configPlaces }
}

/** Also of a config with mistakes, so that those of both files are told at once. */
const rulesPath = ({ table }: TomlFile, configPath: Path): Path => {
  const named = isTable(table.rules) ? table.rules.file : undefined
  return posix.resolve(parentOf(configPath), typeof named === 'string' && named !== '' ? named : 'rules.toml')
}

const readRulesFile = (
  files: Pick<ConfigFiles, 'readText'>,
  config: FilePlaces,
  configPath: Path,
  path: Path,
): { value: Rules; file: TomlFile } => {
  try {
    const file = parseToml(rulesSource(files, configPath, path))
    return { value: readRules(file), file }
  } catch (error) {
    if (error instanceof ConfigFault || !(error instanceof Fault)) throw error
    const line = config.lineOf(['rules', 'file'])
    throw new ConfigFault([{ file: config.name, line, message: `rules.file: ${error.sentence}` }])
  }
}
