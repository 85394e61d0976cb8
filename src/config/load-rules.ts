import { isWithin, parentOf, relativeTo, type Path } from '../domain/path.ts'
import type { Config } from './config.ts'
import type { ConfigFiles } from './config-source.ts'
import { parseRules } from './parse-rules.ts'
import type { Source } from './problem.ts'
import type { Rules } from './rules.ts'

/** Reads the rules that a config names, by themselves. Throws a Fault where the file can't be read, else a
 *  ConfigFault with everything that is wrong in it. */
export const loadRules = (
  files: Pick<ConfigFiles, 'readText'>,
  config: Pick<Config, 'file' | 'rulesFile'>,
): Rules => parseRules(rulesSource(files, config.file, config.rulesFile))

/** The file is called as seen from the config's directory. */
export const rulesSource = (files: Pick<ConfigFiles, 'readText'>, configFile: Path, path: Path): Source => {
  const directory = parentOf(configFile)
  return { name: isWithin(directory, path) ? relativeTo(directory, path) : path, text: files.readText(path) }
}
