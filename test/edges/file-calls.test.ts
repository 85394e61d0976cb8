import { afterEach, beforeEach, expect, test } from 'bun:test'
import { constants, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fsPath, pathFromBytes } from '../../src/domain/path.ts'
import { isOfSource } from '../../src/edges/disk-errors.ts'
import { closeFile, isReadable, openFile, readAt, writeAt, writeNew } from '../../src/edges/file-calls.ts'
import { statxOpen, statxText } from '../../src/edges/statx.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/carbonation-calls-`)
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A name of bytes that are not UTF-8. */
const oddName = pathFromBytes(Uint8Array.of(0x61, 0xff, 0x62))

const thrownBy = (work: () => unknown): { code?: string; syscall?: string; path?: string } => {
  try {
    work()
  } catch (error) {
    return error as object
  }
  throw new Error('nothing was thrown')
}

test.each(['plain', 'ünïcode ☃', oddName])('bytes that are written under %p are read back', (name) => {
  const path = `${folder}/${name}`
  const to = openFile(path, writeNew, 0o600)
  writeAt(to, Buffer.from('hello, '), 0)
  writeAt(to, Buffer.from('world'), 7)
  closeFile(to)
  expect(readFileSync(fsPath(path), 'utf8')).toBe('hello, world')
  expect(statSync(fsPath(path)).mode & 0o777).toBe(0o600)
  const from = openFile(path, constants.O_RDONLY)
  const into = new Uint8Array(100)
  expect(readAt(from, into, 5, 7)).toBe(5)
  expect(Buffer.from(into.subarray(0, 5)).toString()).toBe('world')
  expect(readAt(from, into, 100, 12)).toBe(0)
  expect(statxOpen(from)).toMatchObject({ text: statxText(path, false), mode: 0o600 })
  closeFile(from)
})

test('what the system refuses is thrown as node:fs would, with the path', () => {
  const there = `${folder}/${oddName}`
  writeFileSync(fsPath(there), 'mine')
  const none = `${folder}/none`
  expect(thrownBy(() => openFile(none, constants.O_RDONLY))).toMatchObject({ code: 'ENOENT', syscall: 'open', path: none })
  expect(thrownBy(() => openFile(there, writeNew, 0o600))).toMatchObject({ code: 'EEXIST', path: there })
  expect(thrownBy(() => openFile(`${folder}/${'x'.repeat(300)}`, constants.O_RDONLY))).toMatchObject({ code: 'ENAMETOOLONG' })
  expect(thrownBy(() => openFile(`${folder}/${'y/'.repeat(5000)}`, constants.O_RDONLY))).toMatchObject({ code: 'ENAMETOOLONG' })
  expect(thrownBy(() => openFile(`${folder}/a\0b`, constants.O_RDONLY))).toMatchObject({ code: 'EINVAL' })
  expect(thrownBy(() => readAt(-1, new Uint8Array(1), 1, 0))).toMatchObject({ code: 'EBADF', syscall: 'read' })
  expect(thrownBy(() => writeAt(-1, new Uint8Array(1), 0))).toMatchObject({ code: 'EBADF', syscall: 'write' })
  expect(readFileSync(fsPath(there), 'utf8')).toBe('mine')
})

test('a source that cannot be opened is told from a target that cannot', () => {
  const [source, target] = [`${folder}/${oddName}`, `${folder}/target`]
  const ofSource: unknown = thrownBy(() => openFile(source, constants.O_RDONLY))
  expect(isOfSource(ofSource, source)).toBe(true)
  expect(isOfSource(ofSource, target)).toBe(false)
})

test('only what certainly is not there is absent', () => {
  writeFileSync(`${folder}/file`, '')
  const answers = ['none', 'file', 'file/below', '', 'x'.repeat(300)].map((name) => statxText(`${folder}/${name}`, false))
  expect(answers.map((one) => one?.charAt(0) ?? one)).toEqual([null, 'f', null, 'd', undefined])
})

test('a handle is not handed on to programs that are started', () => {
  const fd = openFile(`${folder}/own`, writeNew, 0o600)
  const { stdout } = Bun.spawnSync(['readlink', '/proc/self/fd/' + fd])
  expect(stdout.toString()).not.toContain('own')
  closeFile(fd)
})

test('what is there can be read, what is not cannot', () => {
  writeFileSync(`${folder}/there`, 'x')
  expect([isReadable(`${folder}/there`), isReadable(`${folder}/none`)]).toEqual([true, false])
})
