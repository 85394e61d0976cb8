import { afterEach, beforeEach, expect, test } from 'bun:test'
import { linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { Canary } from '../../src/edges/canary.ts'
import { WatchedRoot } from '../../src/edges/watched-root.ts'
import type { TreeEvents } from '../../src/edges/watched-tree.ts'
import type { Hint } from '../../src/world.ts'

let top: string
beforeEach(() => {
  top = mkdtempSync(`${tmpdir()}/canary-`)
})
afterEach(() => rmSync(top, { recursive: true, force: true }))
const root = () => ({ name: 'in', path: top, recursive: false, canary: true })
const deaf = 'no event of its canary arrives'

test('a canary leaves nothing behind', () => {
  new Canary(root()).sing()
  expect(readdirSync(top)).toEqual([])
})

test.each([['hard', linkSync], ['symbolic', symlinkSync]] as const)('a %s link in its place leads it to no other file', (_, link) => {
  const victim = `${top}/victim`
  writeFileSync(victim, 'precious')
  link(victim, `${top}/.carbonation-canary`)
  const canary = new Canary(root())
  canary.sing()
  expect([readFileSync(victim, 'utf8'), canary.check(false), readdirSync(top)]).toEqual(['precious', null, ['victim']])
})

test('a canary that is not heard within two checks is silent; one that is deaf already within one', () => {
  const canary = new Canary(root())
  canary.sing()
  expect([canary.check(false), canary.check(false)]).toEqual([null, deaf])
  canary.sing()
  expect(canary.check(true)).toBe(deaf)
})

test('a canary that was heard sings again after six checks', () => {
  const canary = new Canary(root())
  canary.sing()
  canary.heard()
  const checks = Array.from({ length: 8 }, () => canary.check(false))
  expect(checks).toEqual([null, null, null, null, null, null, null, deaf])
})

test('a root whose canary is not heard is lost and opened anew, until it is heard', async () => {
  const hints: Hint[] = []
  const opened: TreeEvents[] = []
  const tree = { retry: () => undefined, close: async () => undefined }
  const watched = new WatchedRoot(root(), async (_, tell) => {
    opened.push(tell)
    return tree
  }, (hint) => hints.push(hint))
  expect(await watched.start()).toBeNull()
  for (let n = 0; n < 3; n += 1) await watched.check()
  expect(hints).toEqual([{ is: 'root', root: 'in', reason: deaf, lost: true }])
  expect([await watched.start(), opened.length]).toEqual([deaf, 3])
  opened.at(-1)?.changed(`${top}/.carbonation-canary`, false)
  expect(hints.slice(1)).toEqual([{ is: 'root', root: 'in', reason: 'its events arrive again', lost: false }])
  expect(await watched.start()).toBeNull()
  await watched.close()
})
