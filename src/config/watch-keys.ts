import { listOf, one } from './field.ts'
import { duration, flag, markerName, oneOf, path, seconds, text } from './leaves.ts'

const pattern = text('a pattern such as "*.txt"')
const ignored = ['*.tmp', '.*', '*.part', '*.partial', '*.filepart', '*.crdownload', '~$*']

/** One `[[watch]]`. */
export const watchKeys = {
  name: one(text('the name of the watch')),
  'type?': one(text('text in quotes')),
  path: one(path),
  recursive: one(flag, false),
  'patterns?': listOf(pattern),
  ignore_patterns: listOf(pattern, ignored),
  rules: one(text('the name of a rule set in rules.toml')),
  'archive?': one(text('the name of an [[archive]]')),
  settle_seconds: one(seconds, 2),
  ready: one(oneOf('settle', 'close', 'marker', 'checksum'), 'settle'),
  'marker?': one(markerName),
  veto_open: one(flag, true),
  'settle_max?': one(duration),
  backend: one(oneOf('auto', 'inotify', 'fs.watch', 'poll'), 'auto'),
  canary: one(flag, false),
  follow_symlinks: one(flag, false),
  on_redelivery: one(oneOf('version', 'replace', 'ignore', 'fail'), 'version'),
  'redelivery_wait?': one(duration),
} as const
