import { type } from './ark.ts'
import { duration, flag, markerName, oneOf, path, seconds, text } from './leaves.ts'

const pattern = text('a pattern such as "*.txt"')
const ignored = ['*.tmp', '.*', '*.part', '*.partial', '*.filepart', '*.crdownload', '~$*']

export const watchKeys = {
  name: text('the name of the watch'),
  'type?': text('text in quotes'),
  path,
  recursive: flag.default(false),
  'patterns?': pattern.array(),
  ignore_patterns: pattern.array().default(() => ignored),
  rules: text('the name of a rule set in rules.toml'),
  'archive?': text('the name of an [[archive]]'),
  settle_seconds: seconds.default(2),
  ready: oneOf('settle', 'close', 'marker', 'checksum').default('settle'),
  'marker?': markerName,
  veto_open: flag.default(true),
  'settle_max?': duration,
  backend: oneOf('auto', 'inotify', 'fs.watch', 'poll').default('auto'),
  canary: flag.default(false),
  follow_symlinks: flag.default(false),
  on_redelivery: oneOf('version', 'replace', 'ignore', 'fail').default('version'),
  'redelivery_wait?': duration,
} as const

/** One `[[watch]]`. */
export const watchSchema = type({ '+': 'reject', ...watchKeys })
