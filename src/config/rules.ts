import type { ChecksumAlgorithm } from '../domain/sums.ts'
import type { Millis } from '../domain/time.ts'

/** `rules.toml` after it was checked. */
export type Rules = Readonly<Record<string, RuleSet>>

export type RuleSet = {
  readonly name: string
  /** Hex digest of what the rule set says, so that a reload knows which ones changed. */
  readonly digest: string
  /** The default archive of this rule set, where it names one. */
  readonly archive: string | null
  readonly integrity: readonly IntegrityCheck[]
  readonly completeness: CompletenessRule | null
  /** The plugin module whose `extract` is called; null: no metadata. */
  readonly metadataModule: string | null
  readonly selection: readonly SelectionRule[]
  readonly routing: readonly RoutingRule[]
}

export type IntegrityCheck =
  | { readonly type: 'min_size'; readonly bytes: number }
  | { readonly type: 'max_size'; readonly bytes: number }
  | { readonly type: 'checksum'; readonly algorithm: ChecksumAlgorithm }
  | { readonly type: 'manifest' }
  | { readonly type: 'plugin'; readonly function: string }

export type CompletenessRule = {
  readonly groupBy: 'stem' | 'plugin'
  readonly groupFunction: string | null
  readonly expectedExtensions: readonly string[]
  readonly primaryExtension: string | null
  readonly timeoutMs: Millis
  readonly onTimeout: 'warn' | 'skip' | 'archive_partial'
}

/** A condition on one metadata field: any of `matches`, none of `notMatches`. */
export type FieldCondition = {
  readonly name: string
  readonly matches: readonly RegExp[]
  readonly notMatches: readonly RegExp[]
}

/** Takes a group when all of its conditions hold. */
export type SelectionRule = {
  readonly name: string | null
  readonly hasKeys: readonly string[]
  readonly lacksKeys: readonly string[]
  readonly fields: readonly FieldCondition[]
  readonly function: string | null
  readonly kwargs: Readonly<Record<string, unknown>>
}

/** Names the archive of a group: by glob on the group key, or by a plugin function. */
export type RoutingRule =
  | { readonly name: string | null; readonly match: string; readonly archive: string }
  | { readonly name: string | null; readonly function: string }
