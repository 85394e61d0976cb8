import type { Config } from './config.ts'
import { configSource, loadSecrets, type ConfigFiles, type ConfigPlace } from './config-source.ts'
import { withPassword } from './password-file.ts'
import { plainConfig } from './plain-config.ts'
import { ConfigFault } from './problem.ts'
import { parseToml } from './toml.ts'

/** As `loadConfig`, for commands that ask and are over at once: the schema library is only imported where something is
 *  wrong, to say what. */
export const loadPlainConfig = async (files: ConfigFiles, place: ConfigPlace): Promise<Config> => {
  const config = plainOrNull(files, place)
  if (config !== null) return config
  const { loadConfig } = await import('./load-config.ts')
  return loadConfig(files, place)
}

const plainOrNull = (files: ConfigFiles, place: ConfigPlace): Config | null => {
  try {
    const source = configSource(files, place)
    const file = parseToml(source)
    const config = plainConfig(source, file, loadSecrets(files, place.home))
    return config === null ? null : withPassword(files, config, file)
  } catch (error) {
    if (error instanceof ConfigFault) return null
    throw error
  }
}
