import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Fault } from '../../src/domain/fault.ts'
import { tryArchive } from '../../src/edges/archive-trial.ts'

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'trial-'))
})
afterAll(() => rmSync(root, { recursive: true }))

test('a file system is tried and left as it was', async () => {
  writeFileSync(join(root, 'file'), 'x')
  const found = await tryArchive(root)
  if (found instanceof Fault) throw found
  const { fileSystem: _, ...abilities } = found
  expect(abilities).toEqual({ noReplaceRename: true, exchange: true, hardLinks: true, syncfs: true })
  expect(readdirSync(root)).toEqual(['file'])
})

test('a root that cannot be written to is a fault', async () => {
  const found = await tryArchive(join(root, 'file'))
  expect(found).toBeInstanceOf(Fault)
  expect(found instanceof Fault && found.message).toBe(`cannot write to ${root}/file: a part of the path is not a directory`)
})
