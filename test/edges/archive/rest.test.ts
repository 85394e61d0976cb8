import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Fault } from '../../../src/domain/fault.ts'
import { localDirectory, type LocalDirectory } from '../../../src/edges/archive/local-directory.ts'
import { anArchiveAt } from '../an-archive.ts'
import { aPutGroup } from './a-put-group.ts'

let root: string
let helper: LocalDirectory
let other: LocalDirectory
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'carbonation-rest-'))
  writeFileSync(join(root, 'a.txt'), 'bytes')
  helper = aRun('helper')
  other = aRun('other')
})
afterEach(async () => {
  await helper.close()
  await other.close()
  rmSync(root, { recursive: true })
})

const aRun = (name: string) => localDirectory(anArchiveAt(join(root, 'archive')), { ledgerId: 'test', name })
const staging = () => readdirSync(join(root, 'archive/.carbonation/staging'))
const put = async (run: LocalDirectory) => {
  const state = await run.check(null)
  if (state instanceof Fault) throw state
  return run.put([await aPutGroup(join(root, 'a.txt'))], state.id)
}

test('a worker that staged nothing has nothing to give back', () => {
  expect(helper.rest()).toBe(true)
})

test('a worker keeps what it staged until that is committed, by whomever, and gives it back then', async () => {
  const { receipt } = await put(helper)
  expect(helper.rest()).toBe(false)
  expect(await other.recover()).toEqual([])
  await other.commit(receipt)
  expect(helper.rest()).toBe(true)
  expect(staging()).toEqual([])
})

test('a worker that gave its staging back makes a new one for the next put', async () => {
  await other.commit((await put(helper)).receipt)
  helper.rest()
  const { receipt, groups } = await put(helper)
  expect(groups).toMatchObject([{ is: 'stored' }])
  await helper.commit(receipt)
})

test('a worker keeps what it found of a run that died until the ledger was asked about it', async () => {
  await put(other)
  await other.close()
  expect(await helper.recover()).toHaveLength(1)
  expect(helper.rest()).toBe(false)
  await helper.resolve([])
  expect(helper.rest()).toBe(true)
})
