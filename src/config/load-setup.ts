import { posix } from 'node:path'
import { parentOf, type Path } from '../domain/path.ts'
import { configSource, loadSecrets, type ConfigFiles, type ConfigPlace } from './config-source.ts'
import { readConfig } from './parse-config.ts'
import { readRules } from './parse-rules.ts'
import { withPassword } from './password-file.ts'
import { ConfigFault, gather, type Problem } from './problem.ts'
import { parseRulesFile } from './rules-source.ts'
import { setupOf, type Setup } from './setup.ts'
import { isTable, parseToml, type TomlFile } from './toml.ts'

/** Reads config, secrets and rules. Throws one ConfigFault with the mistakes of all of them and, once each is
 *  right by itself, with what does not fit together; a Fault only where config.toml can't be read at all. */
export const loadSetup = (files: ConfigFiles, place: ConfigPlace & { readonly asRoot: boolean }): Setup => {
  const problems: Problem[] = []
  const secretProblems: Problem[] = []
  const source = configSource(files, place)
  const file = parseToml(source)
  const secrets = gather(secretProblems, () => loadSecrets(files, place.home))
  const config = gather(problems, () => withPassword(files, readConfig(source, file, secrets), file))
  const rules = gather(problems, () => {
    const rulesFile = parseRulesFile(files, file, place.path, rulesPath(file, place.path))
    return { value: readRules(rulesFile), places: rulesFile }
  })
  problems.push(...secretProblems)
  if (config === null || rules === null || problems.length > 0) throw new ConfigFault(problems)
  return setupOf({ value: config, places: file }, rules, place.asRoot)
}

/** Reads the rules again under the same config. Throws as `loadSetup` does, and then the old setup holds on.
 */
export const reloadRules = (files: Pick<ConfigFiles, 'readText'>, setup: Setup, asRoot: boolean): Setup => {
  const { config, configPlaces } = setup
  const file = parseRulesFile(files, configPlaces, config.file, config.rulesFile)
  return setupOf({ value: config, places: configPlaces }, { value: readRules(file), places: file }, asRoot)
}

/** Also of a config with mistakes, so that those of both files are told at once. */
const rulesPath = ({ table }: TomlFile, configPath: Path): Path => {
  const named = isTable(table.rules) ? table.rules.file : undefined
  return posix.resolve(parentOf(configPath), typeof named === 'string' && named !== '' ? named : 'rules.toml')
}
