import { listOf, one } from './field.ts'
import { leaf } from './leaf.ts'
import { functionName, minutes, oneOf } from './leaves.ts'
import type { CompletenessRule } from './rules.ts'
import { tableShape } from './table-shape.ts'

const extension = leaf(
  'an extension such as ".txt"',
  (found) => (typeof found === 'string' && /^\.[^/\0]+$/.test(found) ? found : undefined),
  (found) =>
    typeof found === 'string' && /^[\w.]+$/.test(found) ? `it begins with a dot: ".${found}"` : null,
)

const keys = {
  group_by: one(oneOf('stem', 'plugin'), 'stem'),
  'group_function?': one(functionName),
  expected_extensions: listOf(extension, []),
  'primary_extension?': one(extension),
  timeout_minutes: one(minutes, 120),
  on_timeout: one(oneOf('warn', 'skip', 'archive_partial'), 'warn'),
} as const

/** `[x.completeness]` */
export const completenessRule = tableShape(keys, (rule, refuse): CompletenessRule | undefined => {
  if (rule.group_by === 'plugin' && rule.group_function === undefined) {
    return refuse(['group_function'], 'is missing; with group_by = "plugin" it names the function that groups')
  }
  return {
    groupBy: rule.group_by,
    groupFunction: rule.group_function ?? null,
    expectedExtensions: [...new Set(rule.expected_extensions)],
    primaryExtension: rule.primary_extension ?? null,
    timeoutMs: rule.timeout_minutes,
    onTimeout: rule.on_timeout,
  }
})
