import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { Tree } from './corpus.ts'
import { binary, configOf, runOnce, writeProject, writeTree } from './project.ts'
import { componentsIn, settleDown } from './verdict.ts'

/** Names of any bytes and any length, and the ways of archiving that the faults leave out. */
setDefaultTimeout(60_000)

const pair: Tree = { 'a.txt': 'some text\n', 'a.json': JSON.stringify({ category: 'alpha', note: 'a' }) }

const rulesWithoutPlugin = '[pairs.completeness]\ngroup_by = "stem"\nexpected_extensions = [".txt", ".json"]\n'

describe.skipIf(!existsSync(binary))('an archive', () => {
  let root = ''
  beforeEach(() => {
    root = mkdtempSync(`${tmpdir()}/carbonation-names-`)
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  const open = (strangers: Tree = {}, more: Parameters<typeof writeProject>[2] = {}) =>
    writeProject(root, { action: 'move', onRedelivery: 'version', strangers }, more)

  test.each(['version', 'replace'] as const)('takes members over whose names are not UTF-8: %s', (onRedelivery) => {
    open()
    writeFileSync(`${root}/config.toml`, configOf({ action: 'move', onRedelivery }).replace('{category}', 'alpha'))
    writeFileSync(`${root}/rules.toml`, rulesWithoutPlugin)
    const deliver = (end: string, content: string) =>
      writeFileSync(Buffer.from(`${root}/delivery/caf\xe9${end}`, 'latin1'), content)
    deliver('.txt', 'first text')
    deliver('.json', '{}')
    expect(runOnce(root)).toMatchObject({ exitCode: 0 })
    deliver('.txt', 'second, longer text')
    expect(settleDown(root)).toEqual([])
    const names = readdirSync(`${root}/archive/alpha`, { encoding: 'latin1' }).toSorted()
    const second = onRedelivery === 'version' ? ['caf\xe9~2.json', 'caf\xe9~2.txt'] : []
    expect(names).toEqual(['caf\xe9.json', 'caf\xe9.txt', ...second])
    expect(componentsIn(root).map((row) => row.status)).not.toContain('retry_pending')
  })

  const longest = 'n'.repeat(250)
  const long: Tree = { [`${longest}.txt`]: 'some text\n', [`${longest}.json`]: '{"category":"alpha"}' }

  test('takes the longest names, and removes their sources', () => {
    open()
    writeTree(`${root}/delivery`, long)
    expect(runOnce(root).exitCode).toBe(0)
    expect(readdirSync(`${root}/delivery`)).toEqual([])
    expect(readdirSync(`${root}/archive/alpha`).toSorted()).toEqual(Object.keys(long).toSorted())
  })

  test('says which name is too long for a number', () => {
    open({ [`alpha/${longest}.json`]: 'a stranger\n' })
    writeTree(`${root}/delivery`, long)
    expect(runOnce(root).exitCode).toBe(0)
    expect(new Set(componentsIn(root).map((row) => row.error_message))).toEqual(new Set([
      `the name ${longest}~2.json is too long for ${root}/archive/alpha; ` +
        'shorten it where it comes from, or change the destination',
    ]))
  })

  test('with verify = "readback" says when the bytes were verified', () => {
    open({}, { archive: 'verify = "readback"' })
    writeTree(`${root}/delivery`, pair)
    expect(runOnce(root).exitCode).toBe(0)
    expect(componentsIn(root).map((row) => typeof Reflect.get(row, 'verified_at'))).toEqual(['string', 'string'])
  })

  test.each(['hardlink', 'symlink'] as const)('that makes a %s knows its source again at the next look', (action) => {
    open()
    writeFileSync(`${root}/config.toml`, configOf({ action, onRedelivery: 'version' }))
    writeTree(`${root}/delivery`, pair)
    for (const _ of [1, 2]) expect(runOnce(root).exitCode).toBe(0)
    const ledger = new Database(`${root}/ledger.db`)
    expect(ledger.query('select looked_at, archived from passes order by id').values()).toEqual([[2, 2], [0, 0]])
    ledger.close()
  })
})
