import { isChecksum, noteReady } from './check-ready.ts'
import { noteOverlaps, noteOwnFiles } from './check-places.ts'
import { reportFor, type Report } from './report.ts'
import type { Archive, Config, Watch } from './config.ts'
import { nearest } from './nearest.ts'
import type { Problem } from './problem.ts'
import type { Rules, RuleSet } from './rules.ts'
import type { TomlFile } from './toml.ts'

/** The lines of both files, so that what does not fit together is told with its place. */
export type Places = { readonly config: FilePlaces; readonly rules: FilePlaces }
export type FilePlaces = Pick<TomlFile, 'lineOf' | 'name'>

/** What only shows when config and rules are seen together. Errors keep the program from starting. */
export type Together = { readonly errors: readonly Problem[]; readonly warnings: readonly Problem[] }

/** Root may write where the permissions of a directory refuse it to others. */
export const checkTogether = (config: Config, rules: Rules, places: Places, asRoot: boolean): Together => {
  const errors: Problem[] = []
  const warnings: Problem[] = []
  const inConfig = { error: reportFor(places.config, errors), warning: reportFor(places.config, warnings) }
  const inRules = { error: reportFor(places.rules, errors), warning: reportFor(places.rules, warnings) }
  for (const [index, watch] of config.watches.entries()) {
    noteWatch(watch, index, rules, places, namesOf(config.archives), inConfig)
  }
  for (const [index, archive] of config.archives.entries()) noteArchive(archive, index, asRoot, inConfig)
  noteOverlaps(config, inConfig.error)
  noteCertificate(config.database, inConfig.error)
  noteOwnFiles(config, inConfig.warning)
  for (const ruleSet of Object.values(rules)) noteRuleSet(ruleSet, config, places, inRules)
  return { errors, warnings }
}

type Reports = { readonly error: Report; readonly warning: Report }

const namesOf = (entries: readonly { readonly name: string }[]): readonly string[] =>
  entries.map(({ name }) => name)

const unknownName = (what: string, name: string, file: string, known: readonly string[]): string => {
  const meant = nearest(name, known)
  const advice = meant === null ? '' : `; did you mean ${JSON.stringify(meant)}?`
  return `names the ${what} ${JSON.stringify(name)}, which does not exist in ${file}${advice}`
}

const noteWatch = (
  watch: Watch,
  index: number,
  rules: Rules,
  places: Places,
  archives: readonly string[],
  { error, warning }: Reports,
) => {
  const ruleSet = Object.hasOwn(rules, watch.rules) ? rules[watch.rules] : undefined
  if (ruleSet === undefined) {
    error.at(
      ['watch', index, 'rules'],
      unknownName('rule set', watch.rules, places.rules.name, Object.keys(rules)),
    )
  }
  if (watch.archive !== '' && !archives.includes(watch.archive)) {
    error.at(['watch', index, 'archive'], unknownName('archive', watch.archive, places.config.name, archives))
  }
  if (watch.archive === '' && ruleSet?.archive === null) {
    error.at(
      ['watch', index, 'archive'],
      `is missing, and the rule set ${JSON.stringify(watch.rules)} names none either`,
    )
  }
  noteReady(watch, index, ruleSet, error)
  if (watch.patterns?.length === 0)
    warning.at(['watch', index, 'patterns'], 'is an empty list, so no file is taken')
  for (const extension of ruleSet?.completeness?.expectedExtensions ?? []) {
    const of = `completeness extension ${JSON.stringify(extension)}`
    if (watch.patterns !== null && !watch.patterns.some((pattern) => mayTake(pattern, extension))) {
      warning.at(['watch', index, 'patterns'], `${JSON.stringify(watch.patterns)} may not include ${of}`)
    }
    if (watch.ignorePatterns.includes(`*${extension}`)) {
      warning.at(['watch', index, 'ignore_patterns'], `leaves out ${of}`)
    }
  }
}

/** A certificate and its key are of use together only. */
const noteCertificate = ({ tls: { certificate, key } }: Config['database'], error: Report) => {
  if (key !== null && certificate === null) error.at(['database', 'sslkey'], 'means nothing without sslcert, the certificate it belongs to')
  if (certificate !== null && key === null) error.at(['database', 'sslcert'], 'means nothing without sslkey, the key it belongs to')
}

/** Whether some name with this extension may match, as far as the end of the pattern tells. */
const mayTake = (pattern: string, extension: string): boolean => {
  const tail = /[^*?\]]*$/.exec(pattern)?.[0] ?? ''
  return tail.endsWith(extension) || (tail !== pattern && extension.endsWith(tail))
}

const noteArchive = (archive: Archive, index: number, asRoot: boolean, { error, warning }: Reports) => {
  const mode = `0o${archive.dirMode.toString(8)}`
  if (!asRoot && (archive.dirMode & 0o300) !== 0o300) {
    error.at(
      ['archive', index, 'dir_mode'],
      `${mode} would keep carbonation from adding the next file; use 0o750`,
    )
  }
  const { action } = archive
  if (action !== 'hardlink' && action !== 'symlink') return
  if (archive.fileMode !== 0o440) {
    const why = 'permissions come from the source file'
    warning.at(['archive', index, 'file_mode'], `has no effect with action = "${action}" (${why})`)
  }
  const unprotected = {
    hardlink: 'shares each file with its producer: what is written to the delivery later changes the archive',
    symlink:
      'only points to the delivery: what is changed or removed there is changed or lost in the archive',
  }[action]
  warning.at(['archive', index, 'action'], `"${action}" ${unprotected}`)
}

const noteRuleSet = (ruleSet: RuleSet, config: Config, places: Places, { error, warning }: Reports) => {
  const { name, completeness, integrity, archive, routing } = ruleSet
  const archives = namesOf(config.archives)
  const unknown = (named: string) => unknownName('archive', named, places.config.name, archives)
  if (archive !== null && !archives.includes(archive)) error.at([name, 'archive'], unknown(archive))
  for (const [index, rule] of routing.entries()) {
    if (!('archive' in rule) || archives.includes(rule.archive)) continue
    error.at([name, 'routing', index, 'archive'], unknown(rule.archive))
  }
  if (config.plugins.directory === null && namesPlugin(ruleSet)) {
    error.at([name], `names a plugin, but ${places.config.name} has no [plugins] with directory = "plugins"`)
  }
  const second = integrity.findIndex((one, index) => isChecksum(one) && index > integrity.findIndex(isChecksum))
  if (second >= 0) error.at([name, 'integrity', second, 'type'], 'is "checksum" a second time; a rule set has one kind of checksum')
  const manifest = integrity.findIndex((one) => one.type === 'manifest')
  if (manifest >= 0 && completeness === null) {
    error.at([name, 'integrity', manifest, 'value'], '"manifest" lists the files of a group, and the rule set has no [completeness]')
  }
  if (completeness === null) return
  const { primaryExtension: primary, expectedExtensions: expected } = completeness
  if (primary !== null && expected.length > 0 && !expected.includes(primary)) {
    const where = `is not in expected_extensions ${JSON.stringify(expected)}`
    warning.at([name, 'completeness', 'primary_extension'], `${JSON.stringify(primary)} ${where}`)
  }
  if (completeness.groupBy === 'stem' && completeness.groupFunction !== null) {
    warning.at([name, 'completeness', 'group_function'], 'has no effect without group_by = "plugin"')
  }
}


const namesPlugin = ({ metadataModule, completeness, integrity, selection, routing }: RuleSet): boolean =>
  metadataModule !== null ||
  completeness?.groupBy === 'plugin' ||
  [...integrity, ...selection, ...routing].some((rule) => 'function' in rule && rule.function !== null)
