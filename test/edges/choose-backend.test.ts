import { describe, expect, test } from 'bun:test'
import { Fault } from '../../src/domain/fault.ts'
import { type Circumstances, chooseBackend } from '../../src/edges/choose-backend.ts'

const choose = (circumstances: Partial<Circumstances>, type = 'ext4', local = true) =>
  chooseBackend({
    wanted: 'auto',
    withoutInotify: null,
    scanIntervalMs: 10_000,
    fileSystem: { id: '1', type, local },
    ...circumstances,
  })
const noInotify = new Fault("inotify can't be called: no JIT")

describe('a root is watched', () => {
  test('by inotify where its file system is local', () => {
    expect(choose({})).toEqual({ backend: 'inotify', reason: 'local ext4', isTrusted: true })
  })

  test('by fs.watch where inotify can\'t be called, which is said', () => {
    const reason = "local ext4; inotify can't be called: no JIT"
    expect(choose({ withoutInotify: noInotify })).toEqual({ backend: 'fs.watch', reason, isTrusted: true })
  })

  test.each([
    ['nfs4', "nfs4 sends no events for other machines' writes: scanned every 10 s"],
    ['fuse.sshfs', "fuse.sshfs sends no events for other machines' writes: scanned every 10 s"],
    ['fuse.mergerfs', 'events of fuse.mergerfs are not to be trusted: scanned every 10 s'],
    ['0x12345', 'events of 0x12345 are not to be trusted: scanned every 10 s'],
  ])('by scanning it on %s', (type, reason) => {
    expect(choose({}, type, false)).toEqual({ backend: 'poll', reason, isTrusted: true })
  })

  test('by scanning where the config asks for it', () => {
    const reason = 'backend = "poll": scanned every 10 s'
    expect(choose({ wanted: 'poll' })).toEqual({ backend: 'poll', reason, isTrusted: true })
  })

  test.each(['inotify', 'fs.watch'] as const)('by %s where the config asks for it', (wanted) => {
    expect(choose({ wanted })).toEqual({ backend: wanted, reason: `backend = "${wanted}", local ext4`, isTrusted: true })
  })

  test.each(['inotify', 'fs.watch'] as const)('by %s and by scanning where that says too little', (wanted) => {
    const reason = `backend = "${wanted}", cifs sends no events for other machines' writes: scanned every 10 s too`
    expect(choose({ wanted }, 'cifs', false)).toEqual({ backend: wanted, reason, isTrusted: false })
  })

  test('not at all where the config asks for inotify and it can\'t be called', () => {
    expect(choose({ wanted: 'inotify', withoutInotify: noInotify })).toBe(noInotify)
  })
})
