import { describe, expect, test } from 'bun:test'
import { checkTogether } from '../../src/config/check-together.ts'
import { showProblem } from '../../src/config/problem.ts'
import { indexLines } from '../../src/config/toml-lines.ts'
import { configOf, rulesOf } from './mistakes.ts'

/** What both files give together, printed. */
const together = (configText: string, rulesText: string, asRoot = false) => {
  const places = {
    config: { name: 'config.toml', ...indexLines(configText) },
    rules: { name: 'rules.toml', ...indexLines(rulesText) },
  }
  const { errors, warnings } = checkTogether(configOf(configText), rulesOf(rulesText), places, asRoot)
  return { errors: errors.map(showProblem), warnings: warnings.map(showProblem) }
}

/** Keys are added to the end of the watch (line 5) and of the archive. */
const config = ({ watch = '', archive = '', more = '' } = {}) => `[[watch]]
name = "in"
path = "/in"
rules = "radar"
${watch || 'archive = "out"'}
[[archive]]
name = "out"
base_path = "/out"
destination = "{category}"
${archive}
${more}`

const fine = { errors: [], warnings: [] }

test('a config and rules that fit have neither errors nor warnings', () => {
  expect(together(config(), '[radar]')).toEqual(fine)
})

describe('names that do not exist are errors', () => {
  test('of a rule set', () => {
    expect(together(config(), '[rada]').errors).toEqual([
      'config.toml:4  watch[0].rules names the rule set "radar", which does not exist in rules.toml; did you mean "rada"?',
    ])
    expect(together(config(), '').errors).toEqual([
      'config.toml:4  watch[0].rules names the rule set "radar", which does not exist in rules.toml',
    ])
  })

  test('of an archive, in the watch, the rule set and its routing', () => {
    const rules = '[radar]\narchive = "cold"\n[[radar.routing]]\nmatch = "*"\narchive = "oot"'
    expect(together(config({ watch: 'archive = "ouf"' }), rules).errors).toEqual([
      'config.toml:5  watch[0].archive names the archive "ouf", which does not exist in config.toml; did you mean "out"?',
      'rules.toml:2  radar.archive names the archive "cold", which does not exist in config.toml',
      'rules.toml:5  radar.routing[0].archive names the archive "oot", which does not exist in config.toml; did you mean "out"?',
    ])
  })

  test('a watch may leave its archive out where its rule set names one, and only there', () => {
    expect(together(config({ watch: 'recursive = true' }), '[radar]\narchive = "out"')).toEqual(fine)
    expect(together(config({ watch: 'recursive = true' }), '[radar]').errors).toEqual([
      'config.toml:1  watch[0].archive is missing, and the rule set "radar" names none either',
    ])
  })
})

describe('an archive and a watch must lie apart', () => {
  const places = (watch: string, archive: string) =>
    together(
      `[[watch]]\nname = "in"\nrules = "r"\narchive = "a"\npath = "${watch}"\n[[archive]]\nname = "a"\n${archive}`,
      '[r]',
    ).errors

  test.each([
    [
      '/d',
      'base_path = "/d/out"\ndestination = ""',
      '/d has inside it the archive "a" (/d/out); keep the two apart',
    ],
    [
      '/d/in',
      'base_path = "/d"\ndestination = ""',
      '/d/in lies inside the archive "a" (/d); keep the two apart',
    ],
    ['/d', 'base_path = "/d"\ndestination = "x"', '/d is also the archive "a" (/d); keep the two apart'],
    [
      '/d/in',
      'destination = "/d/{a}"',
      '/d/in lies inside the archive "a" (/d); set its base_path to a directory apart',
    ],
    [
      'in',
      'destination = "{a}/x"',
      '/etc/carbonation/in lies inside the archive "a" (/etc/carbonation); set its base_path to a directory apart',
    ],
    [
      '/d/{x}/in',
      'destination = "/d/{{x}}/{a}"',
      '/d/{x}/in lies inside the archive "a" (/d/{x}); set its base_path to a directory apart',
    ],
  ])('the watch %s and the archive %j do not', (watch, archive, problem) => {
    expect(places(watch, archive)).toEqual([`config.toml:5  watch[0].path ${problem}`])
  })

  test.each([
    ['/d/in', 'base_path = "/d/in2"\ndestination = ""'],
    ['/d/in', 'destination = "/d/out/{a}"'],
    ['/d/in', 'destination = "/d/i/{a}"\nbase_path = "/d/i"'],
  ])('the watch %s and the archive %j do', (watch, archive) => expect(places(watch, archive)).toEqual([]))
})

test('a directory mode that keeps carbonation out is an error unless it runs as root', () => {
  const text = config({ archive: 'dir_mode = 0o550' })
  expect(together(text, '[radar]').errors).toEqual([
    'config.toml:10  archive[0].dir_mode 0o550 would keep carbonation from adding the next file; use 0o750',
  ])
  expect(together(text, '[radar]', true)).toEqual(fine)
})

describe('completeness is warned of', () => {
  const rules = '[radar.completeness]\nexpected_extensions = [".txt", ".json"]'

  test('when the patterns do not take an expected extension', () => {
    expect(
      together(config({ watch: 'archive = "out"\npatterns = ["*.txt", "*.csv"]' }), rules).warnings,
    ).toEqual([
      'config.toml:6  watch[0].patterns ["*.txt","*.csv"] may not include completeness extension ".json"',
    ])
  })

  test.each(['"*"', '"a*", "b*"', '"*.txt", "*.json"', '"*.[jt]*"', '"x.json", "x.txt"', '"*.t?t", "*on"'])(
    'but not when they may: %s',
    (patterns) => {
      expect(together(config({ watch: `archive = "out"\npatterns = [${patterns}]` }), rules)).toEqual(fine)
    },
  )

  test('when an expected extension is ignored', () => {
    const watch = 'archive = "out"\nignore_patterns = ["*.json"]'
    expect(together(config({ watch }), rules).warnings).toEqual([
      'config.toml:6  watch[0].ignore_patterns leaves out completeness extension ".json"',
    ])
  })

  test('when the primary extension is not expected', () => {
    expect(together(config(), `${rules}\nprimary_extension = ".xml"`).warnings).toEqual([
      'rules.toml:3  radar.completeness.primary_extension ".xml" is not in expected_extensions [".txt",".json"]',
    ])
  })

  test('when a group function is named and not used', () => {
    expect(
      together(config({ more: '[plugins]\ndirectory = "p"' }), `${rules}\ngroup_function = "f"`).warnings,
    ).toEqual(['rules.toml:3  radar.completeness.group_function has no effect without group_by = "plugin"'])
  })
})

test('patterns that take nothing are warned of', () => {
  expect(together(config({ watch: 'archive = "out"\npatterns = []' }), '[radar]').warnings).toEqual([
    'config.toml:6  watch[0].patterns is an empty list, so no file is taken',
  ])
})

test.each([
  [
    'hardlink',
    '"hardlink" shares each file with its producer: what is written to the delivery later changes the archive',
  ],
  [
    'symlink',
    '"symlink" only points to the delivery: what is changed or removed there is changed or lost in the archive',
  ],
])('what %s does not protect against is warned of, and a mode without effect', (action, warning) => {
  expect(
    together(config({ archive: `action = "${action}"\nfile_mode = 0o640` }), '[radar]').warnings,
  ).toEqual([
    `config.toml:11  archive[0].file_mode has no effect with action = "${action}" (permissions come from the source file)`,
    `config.toml:10  archive[0].action ${warning}`,
  ])
})

test.each([
  '[radar.metadata]\nmodule = "m"',
  '[[radar.integrity]]\ntype = "plugin"\nfunction = "f"',
  '[radar.completeness]\ngroup_by = "plugin"\ngroup_function = "f"',
  '[[radar.selection]]\ntype = "plugin"\nfunction = "f"',
  '[[radar.routing]]\ntype = "plugin"\nfunction = "f"',
])('rules that name a plugin need a plugins directory: %j', (rules) => {
  expect(together(config(), rules).errors).toEqual([
    'rules.toml:1  radar names a plugin, but config.toml has no [plugins] with directory = "plugins"',
  ])
  expect(together(config({ more: '[plugins]\ndirectory = "plugins"' }), rules)).toEqual(fine)
})

test("the program's own files in a watch are warned of", () => {
  const more = '[logging]\nfile = "/in/x.log"\n[database]\nname = "/in/deep/x.db"'
  expect(together(config({ more }), '[radar]').warnings).toEqual([
    'config.toml:12  logging.file /in/x.log lies in the watch "in"',
  ])
  expect(together(config({ watch: 'archive = "out"\nrecursive = true', more }), '[radar]').warnings).toEqual([
    'config.toml:13  logging.file /in/x.log lies in the watch "in"',
    'config.toml:15  database.name /in/deep/x.db lies in the watch "in"',
  ])
})

test('a certificate of this side and its key are of use together only', () => {
  const errors = (line: string) => together(config({ more: `[database]\ndrivername = "postgresql"\nname = "c"\n${line}` }), '[radar]').errors
  expect(errors('sslcert = "a.pem"\nsslkey = "a.key"')).toEqual([])
  expect(errors('sslkey = "a.key"')).toEqual([expect.stringMatching(/database\.sslkey means nothing without sslcert/)])
  expect(errors('sslcert = "a.pem"')).toEqual([expect.stringMatching(/database\.sslcert means nothing without sslkey/)])
})

describe('what ready asks for', () => {
  const errors = (watch: string, rules = '[radar]') => together(config({ watch: `archive = "out"\n${watch}` }), rules).errors

  test('is taken where it fits', () => {
    expect(errors('ready = "marker"\nmarker = "{name}.done"')).toEqual([])
    expect(errors('ready = "close"\nsettle_max = "1h"\nveto_open = false')).toEqual([])
    expect(errors('ready = "checksum"', '[[radar.integrity]]\ntype = "checksum"\nvalue = "md5"')).toEqual([])
  })

  test('has to be there', () => {
    expect(errors('ready = "marker"')).toEqual([
      'config.toml:1  watch[0].marker is missing; ready = "marker" needs it, such as marker = "{name}.done"',
    ])
    expect(errors('ready = "checksum"')).toEqual([
      'config.toml:6  watch[0].ready "checksum" needs an integrity check of type = "checksum", and the rule set "radar" has none',
    ])
  })

  test('means nothing without it', () => {
    expect(errors('marker = "{name}.done"')).toEqual(['config.toml:6  watch[0].marker means nothing without ready = "marker"'])
    expect(errors('settle_seconds = 60\nsettle_max = "1m"')).toEqual([
      'config.toml:7  watch[0].settle_max must be longer than settle_seconds',
    ])
  })

  test('a manifest needs groups', () => {
    const rules = '[[radar.integrity]]\ntype = "checksum"\nvalue = "manifest"\n'
    expect(errors('ready = "checksum"', `${rules}[radar.completeness]\nexpected_extensions = [".nc"]`)).toEqual([])
    expect(errors('', rules)).toEqual([
      'rules.toml:3  radar.integrity[0].value "manifest" lists the files of a group, and the rule set has no [completeness]',
    ])
  })

  test('a rule set has one kind of checksum', () => {
    const check = (value: string) => `[[radar.integrity]]\ntype = "checksum"\nvalue = "${value}"\n`
    expect(errors('', check('sha256') + check('md5'))).toEqual([
      'rules.toml:5  radar.integrity[1].type is "checksum" a second time; a rule set has one kind of checksum',
    ])
  })
})
