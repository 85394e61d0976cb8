import { joinPath, showPath, type Path } from '../domain/path.ts'
import type { Config } from './config.ts'
import { readConfig, type ConfigSource } from './parse-config.ts'
import { ConfigFault, gather, type Problem, type Source } from './problem.ts'
import { parseToml, type TomlFile } from './toml.ts'

/** How files are read, handed in. `readText` throws a Fault where there is no such file or it can't be read;
 *  `modeOf` gives the permission bits, null where nothing is. */
export type ConfigFiles = { readText(path: Path): string; modeOf(path: Path): number | null }

/** Where the config is: its absolute path, how the user called it, and the home directory, null without one.
 */
export type ConfigPlace = { readonly path: Path; readonly name: string; readonly home: Path | null }

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

export const configSource = (files: ConfigFiles, { path, name }: ConfigPlace): ConfigSource => ({
  path,
  name,
  text: files.readText(path),
})

const secretsName = '~/.config/carbonation/secrets.toml'

/** Null where there is none. One that others may open is refused. */
export const loadSecrets = (files: ConfigFiles, home: Path | null): Source | null => {
  if (home === null) return null
  const path = joinPath(home, secretsName.slice(2))
  const mode = files.modeOf(path)
  if (mode === null) return null
  if ((mode & 0o066) === 0) return { name: secretsName, text: files.readText(path) }
  const shown = (mode & 0o777).toString(8).padStart(4, '0')
  const message = `others can open this file (mode ${shown}); make it yours alone: chmod 600 ${secretsName}`
  throw new ConfigFault([{ file: secretsName, line: 1, message }])
}
