import { Fault } from '../domain/fault.ts'
import { isWithin, parentOf, relativeTo, type Path } from '../domain/path.ts'
import type { FilePlaces } from './check-together.ts'
import type { ConfigFiles } from './config-source.ts'
import { ConfigFault, type Source } from './problem.ts'
import { parseToml, type TomlFile } from './toml.ts'

/** The rules as they stand. The file is called as seen from the config's directory. */
export const rulesSource = (files: Pick<ConfigFiles, 'readText'>, configFile: Path, path: Path): Source => {
  const directory = parentOf(configFile)
  return { name: isWithin(directory, path) ? relativeTo(directory, path) : path, text: files.readText(path) }
}

/** The rules as data. Where the file can't be read, the ConfigFault names the line of the config that leads to it. */
export const parseRulesFile = (
  files: Pick<ConfigFiles, 'readText'>,
  config: FilePlaces,
  configFile: Path,
  path: Path,
): TomlFile => {
  try {
    return parseToml(rulesSource(files, configFile, path))
  } catch (error) {
    if (error instanceof ConfigFault || !(error instanceof Fault)) throw error
    const line = config.lineOf(['rules', 'file'])
    throw new ConfigFault([{ file: config.name, line, message: `rules.file: ${error.sentence}` }])
  }
}
