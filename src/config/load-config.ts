import type { Config } from './config.ts'
import { configSource, loadSecrets, type ConfigFiles, type ConfigPlace } from './config-source.ts'
import { readConfig } from './parse-config.ts'
import { withPassword } from './password-file.ts'
import { ConfigFault, gather, type Problem } from './problem.ts'
import { parseToml } from './toml.ts'

/** Reads config.toml and the credentials in `~/.config/carbonation/secrets.toml`. Throws a Fault where the
 *  file can't be read, else a ConfigFault with everything that is wrong. */
export const loadConfig = (files: ConfigFiles, place: ConfigPlace): Config => {
  const problems: Problem[] = []
  const source = configSource(files, place)
  const file = parseToml(source)
  const secrets = gather(problems, () => loadSecrets(files, place.home))
  const config = gather(problems, () => withPassword(files, readConfig(source, file, secrets), file))
  if (config === null || problems.length > 0) throw new ConfigFault(problems)
  return config
}
