import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { rulesOf } from './mistakes.ts'

const only = (text: string) => {
  const [ruleSet] = Object.values(rulesOf(text))
  if (ruleSet === undefined) throw new Error('no rule set')
  return ruleSet
}

test('the rules that init of the Python package writes load unchanged', () => {
  const text = readFileSync(new URL('./fixtures/python-0.0.1-rules.toml', import.meta.url), 'utf8')
  const { digest, ...ruleSet } = only(text)
  expect(digest).toMatch(/^[0-9a-f]{64}$/)
  expect(ruleSet).toEqual({
    name: 'my-rules',
    archive: null,
    integrity: [{ type: 'min_size', bytes: 10 }],
    completeness: {
      groupBy: 'stem',
      groupFunction: null,
      expectedExtensions: ['.txt', '.json'],
      primaryExtension: '.json',
      timeoutMs: 3_600_000,
      onTimeout: 'warn',
    },
    metadataModule: 'file_model',
    selection: [{ name: null, hasKeys: ['category'], lacksKeys: [], fields: [], function: null, kwargs: {} }],
    routing: [],
  })
})

test('an empty rule set asks nothing, and neither do empty tables', () => {
  const nothing = { completeness: null, metadataModule: null, integrity: [], selection: [], routing: [] }
  expect(only('[r]')).toMatchObject(nothing)
  expect(only('[r.completeness]\n[r.metadata]')).toMatchObject(nothing)
})

test('every integrity check is taken', () => {
  expect(
    only(`
[[r.integrity]]
type = "min_size"
value = "1 kB"
[[r.integrity]]
type = "max_size"
value = 10.5
[[r.integrity]]
type = "checksum"
value = "sha256"
[[r.integrity]]
type = "plugin"
function = "is_whole"`).integrity,
  ).toEqual([
    { type: 'min_size', bytes: 1000 },
    { type: 'max_size', bytes: 10 },
    { type: 'checksum', algorithm: 'sha256' },
    { type: 'plugin', function: 'is_whole' },
  ])
})

test('completeness has the defaults of the Python package', () => {
  expect(only('[r.completeness]\nexpected_extensions = [".prj.xml"]').completeness).toEqual({
    groupBy: 'stem',
    groupFunction: null,
    expectedExtensions: ['.prj.xml'],
    primaryExtension: null,
    timeoutMs: 7_200_000,
    onTimeout: 'warn',
  })
})

describe('a selection rule', () => {
  const rule = (keys: string) => only(`[[r.selection]]\n${keys}`).selection[0]

  test('takes a field with what it matches and what it must not match', () => {
    expect(rule('field = "a"\nmatches = ["^x"]\nnot_matches = ["y$"]')?.fields).toEqual([
      { name: 'a', matches: [/^x/v], notMatches: [/y(?=\n?$)/v] },
    ])
  })

  test('takes a list of fields', () => {
    expect(
      rule('field = [{ name = "a", matches = ["1"] }, { name = "b", not_matches = ["2"] }]')?.fields,
    ).toEqual([
      { name: 'a', matches: [/1/v], notMatches: [] },
      { name: 'b', matches: [], notMatches: [/2/v] },
    ])
  })

  test('takes keys that must be there and keys that must not, and a name', () => {
    expect(rule('name = "n"\nhas_keys = ["a"]\nlacks_keys = ["b"]')).toMatchObject({
      name: 'n',
      hasKeys: ['a'],
      lacksKeys: ['b'],
    })
  })

  test('takes a function of a plugin with its arguments', () => {
    expect(rule('type = "plugin"\nfunction = "f"\nkwargs = { least = 3, of = ["a"] }')).toMatchObject({
      function: 'f',
      kwargs: { least: 3, of: ['a'] },
    })
  })
})

test('routing keeps its order; a rule of both kinds asks the pattern first', () => {
  expect(
    only(`
[[r.routing]]
match = "cal_*"
archive = "c"
[[r.routing]]
name = "both"
match = "x*"
archive = "x"
type = "plugin"
function = "route"`).routing,
  ).toEqual([
    { name: null, match: 'cal_*', archive: 'c' },
    { name: 'both', match: 'x*', archive: 'x' },
    { name: 'both', function: 'route' },
  ])
})

test('a rule set may name its archive, and a module may be called with its ending', () => {
  expect(only('[r]\narchive = "cold"\n[r.metadata]\nmodule = "file_model.ts"')).toMatchObject({
    archive: 'cold',
    metadataModule: 'file_model',
  })
})

describe('the digest of a rule set', () => {
  const digest = (text: string) => only(text).digest
  const base = '[r]\narchive = "a"\n[r.completeness]\ngroup_by = "stem"\n[[r.selection]]\nhas_keys = ["k"]\n'

  test('stays the same however the rules are written, ordered and named', () => {
    const written = `# c\n[other.completeness]\ngroup_by = 'stem'\ntimeout_minutes = 120\n[[other.selection]]
name = "wanted"\nhas_keys = [ "k" ]\nlacks_keys = []\n[other]\narchive = "a"`
    expect(digest(written)).toBe(digest(base))
  })

  test('stays the same whatever the order of the arguments of a function', () => {
    const rule = (kwargs: string) => `[[r.selection]]\ntype = "plugin"\nfunction = "f"\nkwargs = ${kwargs}`
    expect(digest(rule('{ a = 1, b = { c = 2, d = 3 } }'))).toBe(
      digest(rule('{ b = { d = 3, c = 2 }, a = 1 }')),
    )
  })

  test('changes with whatever the rules decide', () => {
    const variants = [
      '',
      '[[r.selection]]\nhas_keys = ["l"]',
      '[[r.selection]]\nlacks_keys = ["k"]',
      '[[r.selection]]\nfield = "f"\nmatches = ["a"]',
      '[[r.selection]]\nfield = "f"\nmatches = ["(?i)a"]',
      '[[r.selection]]\nfield = "f"\nnot_matches = ["a"]',
      '[[r.selection]]\ntype = "plugin"\nfunction = "f"',
      '[[r.selection]]\ntype = "plugin"\nfunction = "f"\nkwargs = { a = 1 }',
      '[[r.selection]]\ntype = "plugin"\nfunction = "f"\nkwargs = { a = "1" }',
      '[[r.integrity]]\ntype = "min_size"\nvalue = 1',
      '[[r.integrity]]\ntype = "max_size"\nvalue = 1',
      '[[r.routing]]\nmatch = "a"\narchive = "b"',
      '[r.metadata]\nmodule = "m"',
    ]
    const digests = new Set(variants.map((more) => digest(base + more)))
    expect(digests.size).toBe(variants.length)
  })

  test('changes with the order of routing rules', () => {
    const two = (a: string, b: string) =>
      digest(`[[r.routing]]\nmatch = "${a}"\narchive = "x"\n[[r.routing]]\nmatch = "${b}"\narchive = "x"`)
    expect(two('a', 'b')).not.toBe(two('b', 'a'))
  })
})
