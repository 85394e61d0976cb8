// `npm test`: types, lint, build, then every test in test/. The last line is the sum; a check counts as one.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, bun, prepare, run } from '../src/build.mjs'
import { startServers } from './servers/start.mjs'

const main = async () => {
  if (!prepare()) return { passed: 0, failed: 1, skipped: 0 }
  const isTyped = check('types', () => run('npm', 'run', '--silent', 'types'))
  const isClean = check('lint', () => run('npm', 'run', '--silent', 'lint'))
  const isBuilt = check('build', build)
  const checks = [isTyped, isClean, isBuilt]
  const tests = await besideServers(() => runTests(isBuilt))
  const good = checks.filter(Boolean).length
  return { ...tests, passed: tests.passed + good, failed: tests.failed + checks.length - good }
}

const check = (name, isGood) => {
  console.log(`\n${name}`)
  if (isGood()) return true
  console.log(`${name} failed`)
  return false
}

/** Database servers of the tests' own; what needs one that can't be had is skipped, and counted as such. */
const besideServers = async (work) => {
  const servers = await startServers()
  try {
    Object.assign(process.env, servers.env)
    return work()
  } finally {
    await servers.stop()
  }
}

/** Two processes, and a fresh world for each file: what one leaves behind or breaks is not another's. Without a
 *  fresh binary the tests that start it are left out, since they would speak of an old one. */
const runTests = (isBuilt) => {
  const folder = mkdtempSync(join(tmpdir(), 'carbonation-test-'))
  const report = join(folder, 'junit.xml')
  const leftOut = isBuilt ? [] : ['--path-ignore-patterns=test/binary/**']
  try {
    const isGreen = run(bun, 'test', '--parallel=2', '--timeout=60000', ...leftOut, '--reporter=junit', `--reporter-outfile=${report}`)
    tellFailures(report)
    return sumOf(report, isGreen)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What failed, and why, once more: where only the end of a long output is kept, it is there. */
const tellFailures = (report) => {
  for (const [, name, file, why] of textOf(report).matchAll(/<testcase name="([^"]*)"[^>]*? file="([^"]*)"[^>]*>\s*<failure [^>]*>([^<]*)/g)) {
    console.log(`\n${plain(file)}: ${plain(name)}\n${plain(why)}`)
  }
}

const entities = { quot: '"', apos: "'", lt: '<', gt: '>', amp: '&', '#10': '\n' }
const plain = (text) => text.replace(/&(#10|\w+);/g, (whole, name) => entities[name] ?? whole)

/** A run that broke off without a report, found no test, or failed for more than its tests, is one failure. */
const sumOf = (report, isGreen) => {
  const { tests, failures, skipped } = countsIn(report)
  const isHalf = tests === 0 || (failures === 0 && !isGreen)
  return { passed: tests - failures - skipped, failed: isHalf ? failures + 1 : failures, skipped }
}

const countsIn = (report) => {
  const [line = ''] = /<testsuites [^>]*>/.exec(textOf(report)) ?? []
  const count = (name) => Number(new RegExp(` ${name}="(\\d+)"`).exec(line)?.[1] ?? 0)
  return { tests: count('tests'), failures: count('failures'), skipped: count('skipped') }
}

/** Nothing where a run broke off before it wrote its report. */
const textOf = (report) => (existsSync(report) ? readFileSync(report, 'utf8') : '')

const { passed, failed, skipped } = await main()
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = failed > 0 ? 1 : 0
