import { joinPath, type Path } from '../domain/path.ts'
import { ConfigFault, type Source } from './problem.ts'

/** `config.toml` as it was read; `path` is absolute, and what its paths are relative to is its directory. */
export type ConfigSource = Source & { readonly path: Path }

/** How files are read, handed in. `readText` throws a Fault where there is no such file or it can't be read;
 *  `modeOf` gives the permission bits, null where nothing is. */
export type ConfigFiles = { readText(path: Path): string; modeOf(path: Path): number | null }

/** Where the config is: its absolute path, how the user called it, and the home directory, null without one.
 */
export type ConfigPlace = { readonly path: Path; readonly name: string; readonly home: Path | null }

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
