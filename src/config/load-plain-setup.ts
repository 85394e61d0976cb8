import { configSource, loadSecrets, type ConfigFiles, type ConfigPlace } from './config-source.ts'
import { withPassword } from './password-file.ts'
import { plainConfig } from './plain-config.ts'
import { plainRules } from './plain-rules.ts'
import { ConfigFault } from './problem.ts'
import { parseRulesFile } from './rules-source.ts'
import { setupOf, type Setup } from './setup.ts'
import { parseToml } from './toml.ts'

type SetupPlace = ConfigPlace & { readonly asRoot: boolean }

/** As `loadSetup`, for what runs: the schema library is only imported where something is wrong, to say what. */
export const loadPlainSetup = async (files: ConfigFiles, place: SetupPlace): Promise<Setup> => {
  const read = plainOrNull(files, place)
  if (read !== null) return setupOf(read.config, read.rules, place.asRoot)
  const { loadSetup } = await import('./load-setup.ts')
  return loadSetup(files, place)
}

/** As `reloadRules`, likewise. */
export const reloadPlainRules = async (
  files: Pick<ConfigFiles, 'readText'>,
  setup: Setup,
  asRoot: boolean,
): Promise<Setup> => {
  const { config, configPlaces } = setup
  const file = parseRulesFile(files, configPlaces, config.file, config.rulesFile)
  const rules = plainRules(file)
  if (rules !== null) return setupOf({ value: config, places: configPlaces }, { value: rules, places: file }, asRoot)
  const { reloadRules } = await import('./load-setup.ts')
  return reloadRules(files, setup, asRoot)
}

const plainOrNull = (files: ConfigFiles, place: SetupPlace) => {
  try {
    const source = configSource(files, place)
    const file = parseToml(source)
    const config = plainConfig(source, file, loadSecrets(files, place.home))
    if (config === null) return null
    const rulesFile = parseRulesFile(files, file, place.path, config.rulesFile)
    const rules = plainRules(rulesFile)
    if (rules === null) return null
    return { config: { value: withPassword(files, config, file), places: file }, rules: { value: rules, places: rulesFile } }
  } catch (error) {
    if (error instanceof ConfigFault) return null
    throw error
  }
}
