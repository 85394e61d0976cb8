import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Fault } from '../../src/domain/fault.ts'
import { disk } from '../../src/edges/disk.ts'
import { byRoot } from '../../src/edges/files-by-root.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'carbonation-list-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

test('what lies behind a large directory is left to the next answer', async () => {
  for (const name of ['small', 'large', 'last']) mkdirSync(join(root, name))
  writeFileSync(join(root, 'small/one'), '')
  for (let number = 0; number < 2000; number += 1) writeFileSync(join(root, `large/${number}`), '')
  const answers = await disk.listSome(['small', 'large', 'last'].map((name) => join(root, name)))
  expect(answers.map((one) => (one instanceof Fault ? one.message : one.names.length))).toEqual([1, 2000])
})

test('an answer is of one delivery directory: another that hangs holds nothing up', async () => {
  const asked: [string, unknown][] = []
  const files = byRoot(['/in/a', '/in/b'], async (place, _, parts) => {
    asked.push([place, parts])
    throw new Fault(`${place} does not answer`)
  })
  const answers = await files.listSome(['/in/a/1', '/in/a/2', '/in/b/1'])
  expect(asked).toEqual([['/in/a', [['/in/a/1', '/in/a/2']]]])
  expect(answers.map((one) => one instanceof Fault && one.message)).toEqual(['/in/a does not answer', '/in/a does not answer'])
})
