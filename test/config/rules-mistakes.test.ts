import { expect, test } from 'bun:test'
import { expectRulesMistakes, printed, rulesOf } from './mistakes.ts'

test('all mistakes of all rule sets are told at once, in the order of the file', () => {
  expectRulesMistakes(
    `[radar]
archve = "x"
[[radar.selection]]
field = "a"
matches = [
  "ok",
  "^(alpha",
]
[radar.selecton]
["o o".completeness]
on_timeout = "fail"`,
    'rules.toml:2  radar.archve is not a key carbonation knows; did you mean archive?',
    'rules.toml:7  radar.selection[0].matches[1] is not a regular expression: missing ) in "^(alpha"',
    'rules.toml:9  radar.selecton is not a key carbonation knows; did you mean selection?',
    'rules.toml:11  "o o".completeness.on_timeout must be "warn", "skip" or "archive_partial", was "fail"',
  )
})

const types = 'must be "min_size", "max_size", "checksum" or "plugin"'
const size = 'must be a number of bytes or a size such as "10 MB"'
const called = 'is missing; it must be the name of a function that a plugin exports'

test.each([
  ['type = "md5"', `type ${types}, was "md5"`, 2],
  ['type = "min-size"', `type ${types}, was "min-size"; did you mean "min_size"?`, 2],
  ['value = 1', `type is missing; it must be "min_size", "max_size", "checksum" or "plugin"`, 1],
  ['type = "min_size"', `value ${size}, but there is none`, 1],
  ['type = "max_size"\nvalue = "big"', `value ${size}, was "big"`, 3],
  ['type = "max_size"\nvalue = -1', `value ${size}, was -1`, 3],
  ['type = "checksum"\nvalue = "sha1"', 'value must be "sha256", "md5" or "manifest", was "sha1"', 3],
  ['type = "checksum"', 'value must be "sha256", "md5" or "manifest", but there is none', 1],
  ['type = "plugin"', `function ${called}`, 1],
  [
    'type = "plugin"\nfunction = "a b"',
    'function must be the name of a function that a plugin exports, was "a b"',
    3,
  ],
  ['type = "min_size"\nvalue = 1\nvlue = 2', 'vlue is not a key carbonation knows; did you mean value?', 4],
] as const)('a wrong integrity check is told: %j', (keys, problem, line) => {
  expectRulesMistakes(`[[r.integrity]]\n${keys}`, `rules.toml:${line}  r.integrity[0].${problem}`)
})

test.each([
  ['group_by = "name"', 'group_by must be "stem" or "plugin", was "name"'],
  ['expected_extensions = ".txt"', 'expected_extensions must be a list, was ".txt"; write [".txt"]'],
  [
    'expected_extensions = ["txt"]',
    'expected_extensions[0] must be an extension such as ".txt", was "txt"; it begins with a dot: ".txt"',
  ],
  [
    'primary_extension = "."',
    'primary_extension must be an extension such as ".txt", was "."; it begins with a dot: ".."',
  ],
  [
    'timeout_minutes = 0',
    'timeout_minutes must be a number of minutes, more than 0 and at most 525600 (365 days), was 0',
  ],
  [
    'timeout_minutes = 525601',
    'timeout_minutes must be a number of minutes, more than 0 and at most 525600 (365 days), was 525601',
  ],
])('a wrong value in completeness is told: %s', (line, problem) => {
  expectRulesMistakes(`[r.completeness]\n${line}`, `rules.toml:2  r.completeness.${problem}`)
})

test('grouping by a plugin needs its function', () => {
  expectRulesMistakes(
    '[r.completeness]\ngroup_by = "plugin"',
    'rules.toml:1  r.completeness.group_function is missing; with group_by = "plugin" it names the function that groups',
  )
})

test('a Python plugin is told with the file to write', () => {
  expectRulesMistakes(
    '[r.metadata]\nmodule = "file_model.py"',
    'rules.toml:2  r.metadata.module must be the name of a plugin such as "file_model", was "file_model.py"; ' +
      'plugins are TypeScript: write file_model.ts and name it module = "file_model"',
  )
})

test.each([
  ['', ' has no condition; it needs has_keys, lacks_keys, field or a function', 1],
  ['name = "n"\nhas_keys = []', ' has no condition; it needs has_keys, lacks_keys, field or a function', 1],
  ['matches = ["a"]', '.field is missing; it must name the metadata value that matches is about', 1],
  ['field = "a"', '.field is only a name; beside it there must be matches or not_matches', 2],
  ['field = 3', '.field must be the name of a metadata value or a list of conditions, was 3', 2],
  ['field = [{ name = "a" }]', '.field[0] has no condition; it needs matches or not_matches', 2],
  ['field = [{ matches = ["a"] }]', '.field[0].name is missing; it must be the name of a metadata value', 2],
  [
    'field = [{ name = "a", mtches = [] }]',
    '.field[0].mtches is not a key carbonation knows; did you mean matches?',
    2,
  ],
  ['field = [3]', '.field[0] must be a table, was 3', 2],
  ['field = []\nmatches = ["a"]', '.matches belongs into the entries of field, since that is a list', 3],
  ['field = "a"\nmatches = [3]', '.matches[0] must be a regular expression in quotes, was 3', 3],
  ['field = "a"\nmatches = "^a"', '.matches must be a list, was "^a"; write ["^a"]', 3],
  [
    'field = "a"\nmatches = ["(?x)a b"]',
    '.matches[0] is not a regular expression: the flag x (verbose) is not known here; ' +
      'write it without the spaces in "(?x)a b"',
    3,
  ],
  ['type = "plugin"', `.function ${called}`, 1],
  ['function = "f"', '.type is missing; beside function there must be type = "plugin"', 1],
  ['type = "regex"\nhas_keys = ["a"]', '.type must be "plugin", was "regex"', 2],
  ['has_keys = ["a"]\nkwargs = {}', '.kwargs needs a function that takes them', 3],
  [
    'type = "plugin"\nfunction = "f"\nkwargs = []',
    '.kwargs must be a table of arguments for function, was a list',
    4,
  ],
] as const)('a wrong selection rule is told: %j', (keys, problem, line) => {
  expectRulesMistakes(`[[r.selection]]\n${keys}`, `rules.toml:${line}  r.selection[0]${problem}`)
})

test.each([
  ['', ' routes nothing; it needs match and archive, or type = "plugin" and function', 1],
  ['match = "a*"', '.archive is missing; it must name the archive for what match takes', 1],
  ['archive = "a"', '.match is missing; it must be a pattern for the groups that go to archive', 1],
  ['type = "plugin"', `.function ${called}`, 1],
  ['function = "f"', '.type is missing; beside function there must be type = "plugin"', 1],
  ['mtch = "a*"\nmatch = "a"\narchive = "b"', '.mtch is not a key carbonation knows; did you mean match?', 2],
] as const)('a wrong routing rule is told: %j', (keys, problem, line) => {
  expectRulesMistakes(`[[r.routing]]\n${keys}`, `rules.toml:${line}  r.routing[0]${problem}`)
})

test.each([
  ['title = "x"', 'rules.toml:1  title must be a rule set, begun with [title], was "x"'],
  ['[[r]]', 'rules.toml:1  r must be a rule set, begun with [r], was a list'],
  [
    '[r]\nselection = 3',
    'rules.toml:2  r.selection must be tables that each begin with [[r.selection]], was 3',
  ],
  ['[r.routing]', 'rules.toml:1  r.routing must be tables that each begin with [[r.routing]], was a table'],
  [
    '[r]\nmatch = 4',
    'rules.toml:2  r.match is not a key carbonation knows here; it belongs to [[r.routing]]',
  ],
])('what is no rule set is told: %j', (text, message) => expect(printed(() => rulesOf(text))).toBe(message))
