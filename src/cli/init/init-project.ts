import type { Config } from '../../config/config.ts'
import { joinPath, showPath, type Path } from '../../domain/path.ts'
import { deliveryName, scaffold } from './scaffold.ts'
import { systemdUnit } from './systemd-unit.ts'
import { unitPaths } from './unit-paths.ts'

export type InitOptions = {
  /** Absolute; made where it is missing. */
  readonly directory: Path
  readonly editorTypes: string
  /** Who the unit runs as, and the program it starts; null: no unit. */
  readonly systemd: { readonly user: string; readonly binary: Path } | null
}

/** What `init` needs of the machine. */
export type InitIo = {
  readonly exists: (path: Path) => Promise<boolean>
  /** The directory with those above it; one that is there is left alone. */
  readonly mkdir: (path: Path) => Promise<void>
  /** Writes a file that is not there yet, making the directories above it. */
  readonly write: (path: Path, text: string) => Promise<void>
  readonly readConfig: (file: Path) => Promise<Config>
  readonly print: (line: string) => void
}

/** Writes what a project begins with and says what it did. What exists is kept; the delivery directory is
 *  made only beside a new config.toml, since an old one names its own. */
export const initProject = async (options: InitOptions, io: InitIo): Promise<void> => {
  const { directory, systemd } = options
  const configFile = joinPath(directory, 'config.toml')
  const isNew = !await io.exists(configFile)
  await io.mkdir(directory)
  for (const { path, text } of scaffold(options)) await create(path, io, () => io.write(path, text))
  if (isNew) await createDelivery(joinPath(directory, deliveryName), io)
  if (systemd !== null) {
    const path = joinPath(directory, 'carbonation.service')
    await create(path, io, async () => io.write(path, await unitFor(configFile, systemd, io)))
  }
  io.print(`\nProject initialized in ${showPath(directory)}`)
  for (const line of nextSteps(directory, systemd !== null)) io.print(line)
}

const create = async (path: Path, { exists, print }: InitIo, make: () => Promise<void>): Promise<void> => {
  if (await exists(path)) return print(`  SKIP ${showPath(path)} (already exists)`)
  await make()
  print(`  CREATED ${showPath(path)}`)
}

const createDelivery = (path: Path, io: InitIo): Promise<void> => create(path, io, () => io.mkdir(path))

/** From the config as it stands by now, be it a new one or one that was kept. */
const unitFor = async (
  configFile: Path,
  { user, binary }: NonNullable<InitOptions['systemd']>,
  { readConfig }: InitIo,
): Promise<string> => systemdUnit({ user, binary, configFile, ...unitPaths(await readConfig(configFile)) })

const nextSteps = (directory: Path, withUnit: boolean): readonly string[] => {
  const service = showPath(joinPath(directory, 'carbonation.service'))
  return [
    'Next steps:',
    '  1. Edit config.toml: set your watch paths and archive destination',
    '  2. Edit rules.toml: configure your integrity and selection rules',
    '  3. Edit plugins/file_model.ts: define your columns',
    '  4. Run: carbonation check-config',
    '  5. Run: carbonation db init',
    withUnit ? `  6. Run: systemctl enable --now "${service}"` : '  6. Run: carbonation run',
  ]
}
