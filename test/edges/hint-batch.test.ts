import { describe, expect, test } from 'bun:test'
import { HintBatch } from '../../src/edges/hint-batch.ts'
import { HintSender } from '../../src/edges/hint-sender.ts'
import type { Hint } from '../../src/world.ts'

const path = (name: string, root = 'in'): Hint => ({ is: 'path', root, path: `/${root}/${name}` })
const directory = (name: string): Hint => ({ is: 'directory', root: 'in', path: `/in/${name}` })
const whole = (reason: string, lost: boolean, root = 'in'): Hint => ({ is: 'root', root, reason, lost })

const batchOf = (hints: readonly Hint[], limit?: number): HintBatch => {
  const batch = new HintBatch(limit)
  for (const hint of hints) batch.add(hint)
  return batch
}

describe('a batch of hints', () => {
  test('holds each place once, a name and a directory apart', () => {
    const batch = batchOf([path('a'), path('a'), directory('a'), path('a', 'other')])
    expect(batch.take(10)).toEqual([path('a'), directory('a'), path('a', 'other')])
    expect(batch.size).toBe(0)
  })

  test('is taken in parts, and holds a place again once it was taken', () => {
    const batch = batchOf([path('a'), path('b'), path('c')])
    expect(batch.take(2)).toEqual([path('a'), path('b')])
    batch.add(path('a'))
    expect(batch.size).toBe(2)
    expect(batch.take(10)).toEqual([path('c'), path('a')])
  })

  test('needs no places of a root that is to be scanned whole', () => {
    const batch = batchOf([path('a'), whole('lost', true), path('b'), path('a', 'other')])
    expect(batch.take(10)).toEqual([whole('lost', true), path('a', 'other')])
  })

  test('ends with the last word on a root', () => {
    const batch = batchOf([whole('gone', true), whole('back', false), whole('gone', true)])
    expect(batch.take(10)).toEqual([whole('back', false), whole('gone', true)])
  })

  test('makes one hint of the root with the most of them, when there are too many', () => {
    const batch = batchOf([path('x', 'other'), path('a'), path('b'), path('c')], 3)
    expect(batch.take(10)).toEqual([path('x', 'other'), whole('3 changes at once', false)])
  })

  test('says of a lost root that it is lost, also when there are too many hints for it', () => {
    const batch = batchOf([whole('part of it', true)], 1)
    batch.take(10)
    batch.add(path('a'))
    batch.add(path('b'))
    expect(batch.take(10)).toEqual([whole('2 changes at once', true)])
  })

  test('drops what waits for a root that nobody watches any more', () => {
    const batch = batchOf([path('a'), path('b', 'other')])
    batch.forget('in')
    expect([batch.size, batch.take(10)]).toEqual([1, [path('b', 'other')]])
  })
})

describe('hints on their way', () => {
  test('are sent a thousand at a time, and not before the last thousand was taken', () => {
    const sent: number[] = []
    const sender = new HintSender((hints) => sent.push(hints.length))
    for (let n = 0; n < 2500; n++) sender.add(path(String(n)))
    expect(sent).toEqual([1000])
    sender.taken()
    expect(sent).toEqual([1000, 1000])
    sender.close()
  })

  test('become one for a root when nobody took 100,000 of them', async () => {
    const { promise, resolve } = Promise.withResolvers<readonly Hint[]>()
    let messages = 0
    const sender = new HintSender((hints) => void (++messages === 2 && resolve(hints)))
    for (let n = 0; n < 101_001; n++) sender.add(path(String(n)))
    sender.taken()
    expect(await promise).toEqual([whole('100001 changes at once', false)])
    sender.close()
  })
})

test('the last word on a path says whether it was closed', () => {
  const batch = new HintBatch()
  const closed: Hint = { is: 'path', root: 'in', path: '/in/a', closed: true }
  batch.add(path('a'))
  batch.add(closed)
  expect(batch.take(10)).toEqual([closed])
  batch.add(closed)
  batch.add(path('a'))
  expect(batch.take(10)).toEqual([path('a')])
})
