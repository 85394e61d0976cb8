import { type } from './ark.ts'
import { ark } from './ark-leaf.ts'
import { leaf } from './leaf.ts'
import { functionName, minutes, oneOf } from './leaves.ts'
import { refuse } from './refuse.ts'
import type { CompletenessRule } from './rules.ts'

const extension = ark(leaf(
  'an extension such as ".txt"',
  (found) => (typeof found === 'string' && /^\.[^/\0]+$/.test(found) ? found : undefined),
  (found) =>
    typeof found === 'string' && /^[\w.]+$/.test(found) ? `it begins with a dot: ".${found}"` : null,
))

export const completenessKeys = {
  group_by: ark(oneOf('stem', 'plugin')).default('stem'),
  'group_function?': ark(functionName),
  expected_extensions: extension.array().default(() => []),
  'primary_extension?': extension,
  timeout_minutes: ark(minutes).default(120),
  on_timeout: ark(oneOf('warn', 'skip', 'archive_partial')).default('warn'),
} as const

export const completenessRule = type({ '+': 'reject', ...completenessKeys }).pipe(
  (rule, ctx): CompletenessRule => {
    if (rule.group_by === 'plugin' && rule.group_function === undefined) {
      return refuse(
        ctx,
        ['group_function'],
        'is missing; with group_by = "plugin" it names the function that groups',
      )
    }
    return {
      groupBy: rule.group_by,
      groupFunction: rule.group_function ?? null,
      expectedExtensions: [...new Set(rule.expected_extensions)],
      primaryExtension: rule.primary_extension ?? null,
      timeoutMs: rule.timeout_minutes,
      onTimeout: rule.on_timeout,
    }
  },
)
