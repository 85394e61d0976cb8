import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type ProjectOptions = {
  /** The delivery directory; it may be another project's too, since nothing is moved. */
  readonly delivery: string
  /** `pairs`: a JSON file and a data file, metadata by a plugin. `singles`: every file is a group of its own. */
  readonly groups: 'pairs' | 'singles'
  readonly durability?: 'full' | 'none'
  readonly settleSeconds?: number
}

/** A folder with everything the program needs. */
export type Project = {
  readonly folder: string
  readonly archive: string
  readonly database: string
  /** Throws unless the archive holds exactly so many files. */
  requireArchived(count: number): void
  /** As if it had never run. */
  reset(): void
}

/** Writes config.toml, rules.toml and the plugin. */
export const makeProject = (folder: string, options: ProjectOptions): Project => {
  mkdirSync(join(folder, 'plugins'), { recursive: true })
  writeFileSync(join(folder, 'config.toml'), configText(options))
  writeFileSync(join(folder, 'rules.toml'), rulesText(options.groups))
  writeFileSync(join(folder, 'plugins/file_model.ts'), pluginText)
  return projectIn(folder)
}

/** The project that stands in this folder. */
export const projectIn = (folder: string): Project => {
  const archive = join(folder, 'archive')
  const database = join(folder, 'carbonation.db')
  return {
    folder, archive, database,
    requireArchived: (count) => {
      const found = filesBelow(archive)
      if (found !== count) throw new Error(`${found} files are in the archive, not ${count}`)
    },
    reset: () => {
      for (const path of [archive, database, `${database}-wal`, `${database}-shm`, `${database}.lock`]) {
        rmSync(path, { recursive: true, force: true })
      }
    },
  }
}

/** Files at any depth, the program's own folder left out. */
export const filesBelow = (directory: string): number =>
  readdirSync(directory, { withFileTypes: true }).reduce((sum, entry) => {
    if (!entry.isDirectory()) return sum + 1
    return entry.name === '.carbonation' ? sum : sum + filesBelow(join(directory, entry.name))
  }, 0)

const configText = ({ delivery, groups, durability, settleSeconds = 0.1 }: ProjectOptions): string => `
[service]
heartbeat_interval = "1s"
${durability === undefined ? '' : `durability = "${durability}"`}

[database]
drivername = "sqlite"
name = "carbonation.db"

[plugins]
directory = "plugins"

[rules]
file = "rules.toml"

[[watch]]
name = "bench"
path = ${JSON.stringify(delivery)}
recursive = true
patterns = ["*.dat", "*.json"]
rules = "bench"
archive = "bench"
settle_seconds = ${settleSeconds}

[[archive]]
name = "bench"
base_path = "archive"
destination = "${groups === 'pairs' ? '{category}/{day}' : 'all'}"
action = "copy"
file_mode = 0o640
dir_mode = 0o750
`

/** The same for the Python package. */
export const rulesText = (groups: ProjectOptions['groups']): string => groups === 'singles' ? '[bench]\n' : `
[bench.completeness]
group_by = "stem"
expected_extensions = [".dat", ".json"]
primary_extension = ".json"

[bench.metadata]
module = "file_model"
`

const pluginText = `import type { Columns, MetadataOf } from 'carbonation'

export const columns = {
  start: { type: 'datetime' },
  stop: { type: 'datetime' },
  day: { type: 'string' },
  category: { type: 'string', index: true },
  source: { type: 'string' },
} satisfies Columns

export const queryDefaults = { orderBy: '-start' }

export async function extract(filePaths: string[]): Promise<MetadataOf<typeof columns>> {
  const path = filePaths.find((filePath) => filePath.endsWith('.json'))
  if (path === undefined) throw new Error('there is no .json file in this group')
  const { start, stop, day, category, source } = await Bun.file(path).json()
  return { start, stop, day, category, source }
}
`
