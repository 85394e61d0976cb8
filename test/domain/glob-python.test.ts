import { expect, test } from 'bun:test'
import { compileGlob } from '../../src/domain/glob.ts'
import { fuzzSeed, seeded } from './seeded.ts'

/** One process answers for all pairs; a lone surrogate goes through JSON as it is. */
const byPython = (pairs: readonly (readonly [string, string])[]): readonly boolean[] | null => {
  const script = 'import fnmatch, json, sys\nprint(json.dumps([fnmatch.fnmatchcase(n, p) for p, n in json.load(sys.stdin)]))'
  const ascii = JSON.stringify(pairs).replace(/[\u0080-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
  try {
    const { exitCode, stdout } = Bun.spawnSync(['python3', '-W', 'ignore', '-c', script], { stdin: Buffer.from(ascii), stderr: 'ignore' })
    return exitCode === 0 ? JSON.parse(stdout.toString()) : null
  } catch {
    return null
  }
}

/** Python forgets an empty range before it looks for a `!` at the beginning, so that `[b-a!]` takes anything: a slip of its
 *  own, which its documentation knows nothing of. */
const isPythonsSlip = (pattern: string): boolean => /\[(?:.-.)+!/su.test(pattern)

test(`a pattern matches what Python's fnmatch says (seed ${fuzzSeed})`, () => {
  const random = seeded(fuzzSeed)
  const inPatterns = [
    '*', '?', 'a', 'b', 'c', '[', ']', '!', '-', '^', '/', '\u{1f600}', '[ab]', '[!a-b]', '[a-', '[]', '[!]', '*a', '\\', '.', '&&', '||', '~~', '--', '\n',
  ] as const
  const inNames = ['a', 'b', 'c', '-', ']', '[', '!', '^', '/', '\u{1f600}', '\udce9', '\n', '\\', '.', '&', '|', '~'] as const
  const pairs = Array.from({ length: 30_000 }, () => [random.text(inPatterns, 6), random.text(inNames, 5)] as const)
  const answers = byPython(pairs)
  if (answers === null) return void process.stderr.write('skipped: there is no python3 here\n')
  const different = pairs.filter(([pattern, name], index) => !isPythonsSlip(pattern) && compileGlob(pattern)(name) !== answers[index])
  expect(different.slice(0, 10)).toEqual([])
  expect(answers.filter((one) => one).length).toBeGreaterThan(500)
}, 30_000)
