import { showPath } from '../domain/path.ts'
import type { ConfigFiles } from './config-source.ts'
import type { Config } from './config.ts'
import { ConfigFault } from './problem.ts'
import type { TomlFile } from './toml.ts'

/** The config with the password of `password_file`: its first line. One that others may read is refused. */
export const withPassword = (files: ConfigFiles, config: Config, at: Pick<TomlFile, 'name' | 'lineOf'>): Config => {
  const path = config.database.passwordFile
  if (path === null) return config
  const refuse = (message: string): never => {
    throw new ConfigFault([{ file: at.name, line: at.lineOf(['database', 'password_file']), message: `database.password_file ${message}` }])
  }
  const mode = files.modeOf(path)
  if (mode === null) return refuse(`names ${showPath(path)}, which is not there`)
  if ((mode & 0o066) !== 0) return refuse(`can be opened by others; make it yours alone: chmod 600 ${showPath(path)}`)
  const [password = ''] = files.readText(path).split(/\r?\n/)
  return { ...config, database: { ...config.database, password } }
}
