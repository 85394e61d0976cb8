import type { Watch } from './config.ts'
import type { Report } from './report.ts'
import type { IntegrityCheck, RuleSet } from './rules.ts'

/** What `ready` asks for has to be there, and nothing that means nothing without it. */
export const noteReady = (watch: Watch, index: number, ruleSet: RuleSet | undefined, error: Report) => {
  const { ready, marker, settleMs, settleMaxMs } = watch
  const at = (key: string) => ['watch', index, key] as const
  if (ready === 'marker' && marker === null) {
    error.at(at('marker'), 'is missing; ready = "marker" needs it, such as marker = "{name}.done"')
  }
  if (ready !== 'marker' && marker !== null) error.at(at('marker'), 'means nothing without ready = "marker"')
  if (ready === 'checksum' && ruleSet !== undefined && !ruleSet.integrity.some(isChecksum)) {
    const name = JSON.stringify(ruleSet.name)
    error.at(at('ready'), `"checksum" needs an integrity check of type = "checksum", and the rule set ${name} has none`)
  }
  const byManifest = ruleSet?.integrity.some((one) => one.type === 'manifest') === true
  if (ready === 'checksum' && byManifest && ruleSet.completeness?.groupBy === 'plugin') {
    error.at(at('ready'), '"checksum" finds a manifest by its stem only, and the rule set groups by a plugin')
  }
  if (settleMaxMs <= settleMs) error.at(at('settle_max'), 'must be longer than settle_seconds')
}

/** It compares digests that were delivered beside the files. */
export const isChecksum = (check: IntegrityCheck): boolean => check.type === 'checksum' || check.type === 'manifest'
