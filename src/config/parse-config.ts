import { check } from './check.ts'
import type { Config } from './config.ts'
import { configKeys, secretsKeys } from './config-keys.ts'
import { configSchema, secretsSchema } from './config-schema.ts'
import type { ConfigSource } from './config-source.ts'
import { ConfigFault, gather, type Problem, type Source } from './problem.ts'
import { reportFor } from './report.ts'
import { noteEqualNames, toConfig, withCredentials } from './to-config.ts'
import { isTable, parseToml, type Table, type TomlFile } from './toml.ts'

/** Reads config.toml, with the credentials of a secrets file where it gives none itself. Throws a ConfigFault
 *  with everything that is wrong in either. */
export const parseConfig = (source: ConfigSource, secrets: Source | null): Config =>
  readConfig(source, parseToml(source), secrets)

/** As `parseConfig`, for a file that was parsed already. */
export const readConfig = (source: ConfigSource, file: TomlFile, secrets: Source | null): Config => {
  const report = reportFor(file)
  const secretProblems: Problem[] = []
  const credentials = secrets === null ? null : gather(secretProblems, () => readSecrets(secrets))
  const table = withCredentials(file.table, credentials ?? {})
  noteEqualNames(table, 'watch', report)
  noteEqualNames(table, 'archive', report)
  const read = check(configSchema, table, configKeys, report)
  const config = read === null ? null : toConfig(source.path, read, report)
  const problems = [...report.problems, ...secretProblems]
  if (config === null || problems.length > 0) throw new ConfigFault(problems)
  return config
}

/** The [database] table of a secrets file. */
const readSecrets = (source: Source): Table => {
  const file = parseToml(source)
  const report = reportFor(file)
  check(secretsSchema, file.table, secretsKeys, report)
  if (report.problems.length > 0) throw new ConfigFault(report.problems)
  return isTable(file.table.database) ? file.table.database : {}
}
