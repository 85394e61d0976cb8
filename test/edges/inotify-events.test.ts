import { describe, expect, test } from 'bun:test'
import { inotifyBits as bits, parseInotifyEvents } from '../../src/edges/inotify-events.ts'

/** A record as `struct inotify_event` of inotify(7) has it: wd, mask, cookie, length of the padded name,
 *  name. */
const record = (wd: number, mask: number, name: Uint8Array = new Uint8Array()): Buffer => {
  const padded = Buffer.alloc(Math.ceil((name.length + (name.length > 0 ? 1 : 0)) / 16) * 16)
  padded.set(name)
  const head = Buffer.alloc(16)
  head.writeInt32LE(wd, 0)
  head.writeUInt32LE(mask >>> 0, 4)
  head.writeUInt32LE(padded.length, 12)
  return Buffer.concat([head, padded])
}

describe('the events of inotify', () => {
  test('are read one after the other, with names of any bytes and any length', () => {
    const bytes = Buffer.concat([
      record(1, bits.closeWrite, Buffer.from('a')),
      record(2, bits.create | bits.isDirectory, Buffer.from([0xff, 0x0a])),
      record(3, bits.deleteSelf),
      record(4, bits.movedTo, Buffer.from('sixteen bytes ok')),
    ])
    expect(parseInotifyEvents(bytes)).toEqual([
      { wd: 1, mask: 0x8, name: 'a' },
      { wd: 2, mask: 0x4000_0100, name: '\udcff\n' },
      { wd: 3, mask: 0x400, name: '' },
      { wd: 4, mask: 0x80, name: 'sixteen bytes ok' },
    ])
  })

  test('are read from the middle of a larger buffer', () => {
    const bytes = Buffer.concat([Buffer.alloc(8), record(7, bits.delete, Buffer.from('b'))])
    expect(parseInotifyEvents(bytes.subarray(8))).toEqual([{ wd: 7, mask: bits.delete, name: 'b' }])
  })

  test('name no directory where the queue was full', () => {
    expect(parseInotifyEvents(record(-1, bits.overflow))).toEqual([{ wd: -1, mask: bits.overflow, name: '' }])
  })

  test.each([4, 20])('count as lost from the byte where they are cut off (%d bytes are left)', (left) => {
    const whole = record(1, bits.closeWrite, Buffer.from('a'))
    const bytes = Buffer.concat([whole, whole.subarray(0, left)])
    expect(parseInotifyEvents(bytes).map((event) => event.mask)).toEqual([bits.closeWrite, bits.overflow])
  })
})
