import type { Watch } from '../config/config.ts'
import type { RuleSet } from '../config/rules.ts'
import { Fault } from '../domain/fault.ts'
import { sidecarOf, soloKey, splitName, splitWithChecksums, stemKey } from '../domain/group-key.ts'
import type { ChecksumAlgorithm } from '../domain/sums.ts'
import { baseName, relativeTo, showPath, type Path } from '../domain/path.ts'
import { found } from '../plugin/found.ts'
import type { Plugins } from '../world.ts'

/** The group key of each path, in order: by stem, by the plugin's function, or a group of one. A checksum sidecar has
 *  the key of what it is the checksum of. A key is text for people, so a byte that is not UTF-8 stands as `\xHH`. */
export const groupKeys = async (
  paths: readonly Path[], watch: Watch, rules: RuleSet, plugins: Plugins,
): Promise<readonly (Path | Fault)[]> => {
  const algorithm = checksumOf(rules)
  const subjects = algorithm === null ? paths : paths.map((path) => sidecarOf(path, algorithm) ?? path)
  const relative = subjects.map((path) => relativeTo(watch.path, path))
  const rule = rules.completeness
  const solo = (index: number) => showPath(soloKey(relative[index] ?? ''))
  if (rule === null) return paths.map((_, index) => solo(index))
  if (rule.groupBy === 'stem') return relative.map((path) => showPath(stemKey(path, rule.expectedExtensions)))
  const answers = await plugins.call({ module: null, name: rule.groupFunction ?? '' }, subjects.map((path) => [path]))
  return answers.map((answer, index) => {
    if (answer instanceof Fault) return answer
    if (answer === null || answer === undefined) return solo(index)
    if (typeof answer === 'string' && answer !== '' && answer.length <= longestKey) return showPath(answer)
    return new Fault(`${rule.groupFunction} gave ${found(answer)} for ${showPath(paths[index] ?? '')}`, {
      remedy: `a grouping function gives a text of at most ${longestKey} characters, or null for a group of one`,
    })
  })
}

const checksumOf = (rules: RuleSet): ChecksumAlgorithm | null =>
  rules.integrity.find((check) => check.type === 'checksum')?.algorithm ?? null

/** No path is longer, and no key needs to be. */
const longestKey = 4096

/** What tells a member from the others of its group. */
export const extensionOf = (path: Path, rules: RuleSet): Path => {
  const expected = rules.completeness?.expectedExtensions ?? []
  const algorithm = checksumOf(rules)
  const name = baseName(path)
  return (algorithm === null ? splitName(name, expected) : splitWithChecksums(name, expected, algorithm)).extension
}
