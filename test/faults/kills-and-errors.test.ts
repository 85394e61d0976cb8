import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { scenarios } from './corpus.ts'
import { failAt, killAt, newTally, oneIn, report, type Choose } from './matrix.ts'
import { binary } from './project.ts'
import { canTrace } from './strace.ts'

/** A few faults of each kind, spread over the way of a file; `npm run test:faults` takes them all. */
setDefaultTimeout(120_000)

/** Calls that are hardly made but on the way into an archive. */
const isOwn = new Set(['renameat2', 'rename', 'unlink', 'fsync', 'syncfs', 'mkdir', 'fchmod', 'utimensat', 'openat'])

const isAble = existsSync(binary) && canTrace()

describe.skipIf(!isAble)('whatever happens on the way into an archive, nothing is lost, doubled or half', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(`${tmpdir()}/carbonation-faults-`)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  for (const [index, scenario] of scenarios.entries()) {
    test(`killed: ${scenario.name}`, () => {
      const tally = newTally()
      const few: Choose = (all) => {
        const own = all.filter(({ name }) => isOwn.has(name))
        return oneIn(Math.min(47, own.length), index * 7)(own)
      }
      killAt(`${folder}/kill`, scenario, few, tally)
      expect(report(tally)).toEndWith(' struck, 0 left something wrong: 0 lost, 0 doubled, 0 partial')
      expect(tally.struck).toBeGreaterThan(0)
    })
  }

  test('answered with an error: every sync of the archive as a whole', () => {
    const tally = newTally()
    const [scenario] = scenarios.filter((one) => one.name === 'copy')
    const syncs: Choose = (all) => all.filter(({ name }) => name === 'syncfs')
    if (scenario !== undefined) failAt(`${folder}/sync`, scenario, syncs, tally)
    expect(report(tally)).toBe('2 faults, 2 struck, 0 left something wrong: 0 lost, 0 doubled, 0 partial')
  })

  test('answered with an error: move', () => {
    const tally = newTally()
    const [scenario] = scenarios.filter((one) => one.name === 'move')
    const one: Choose = (all) => all.filter((_, index) => index === Math.floor(all.length * 0.8))
    if (scenario !== undefined) failAt(`${folder}/fail`, scenario, one, tally)
    expect(report(tally)).toEndWith(' struck, 0 left something wrong: 0 lost, 0 doubled, 0 partial')
    expect(tally.struck).toBeGreaterThan(0)
  })
})
