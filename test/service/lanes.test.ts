import { describe, expect, test } from 'bun:test'
import { openCandidates, type Candidate, type Candidates } from '../../src/service/candidates.ts'
import { batchGroups, openLanes, type Lanes } from '../../src/service/lanes.ts'

type Work = { readonly keys: readonly string[]; readonly end: (error?: Error) => void }

/** Lanes whose batches end when the test says so. */
const rig = (lanes = 2) => {
  const candidates: Candidates = openCandidates()
  const works: Work[] = []
  let stopped = false
  let ends = 0
  const own: Lanes = openLanes(candidates, {
    lanes,
    run: (batch: readonly Candidate[]) =>
      new Promise((resolve, reject) => {
        works.push({ keys: batch.map((one) => one.key), end: (error) => (error === undefined ? resolve([]) : reject(error)) })
      }),
    onEnd: () => {
      ends += 1
    },
    stopped: () => stopped,
  })
  const add = (count: number, name = 'k') => {
    for (let index = 0; index < count; index += 1) candidates.add('w', `${name}${index}`, null)
  }
  return { candidates, lanes: own, works, add, stop: () => { stopped = true }, ends: () => ends }
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a batch is begun for what waits, and more for more', () => {
  const { lanes, add, works } = rig()
  add(batchGroups + 1)
  lanes.pump()
  expect(works.map((one) => one.keys.length)).toEqual([batchGroups, 1])
  expect(lanes.active).toBe(2)
})

test('no more batches are begun than there are lanes; each takes the next when it is done', async () => {
  const { lanes, add, works } = rig(1)
  add(batchGroups * 2)
  lanes.pump()
  expect(works).toHaveLength(1)
  works[0]?.end()
  await turn()
  expect(works).toHaveLength(2)
})

test('a large file keeps its own lane busy and no other', async () => {
  const { lanes, add, works } = rig()
  add(1, 'large')
  lanes.pump()
  add(1, 'small')
  lanes.pump()
  expect(works.map((one) => one.keys)).toEqual([['large0'], ['small0']])
})

test('nothing is begun for less than is asked for', () => {
  const { lanes, add, works } = rig()
  add(3)
  lanes.pump(4)
  expect(works).toHaveLength(0)
  lanes.pump()
  expect(works).toHaveLength(1)
})

test('nothing is begun once it is stopped; what is on its way ends', async () => {
  const { lanes, add, works, stop } = rig(1)
  add(batchGroups * 2)
  lanes.pump()
  stop()
  works[0]?.end()
  await lanes.idle()
  expect(works).toHaveLength(1)
})

describe('an error', () => {
  test('that ended a batch is told once by idle, and its groups are not in hand any more', async () => {
    const { lanes, add, works, candidates } = rig()
    add(1)
    lanes.pump()
    works[0]?.end(new Error('oh'))
    await expect(lanes.idle()).rejects.toThrow('oh')
    await turn()
    await lanes.idle()
    expect(candidates.inHand).toBe(0)
  })
})

test('a group that goes on beside the lanes stays in hand until it ends, and holds no lane', async () => {
  const candidates = openCandidates()
  const slow = Promise.withResolvers<void>()
  const batches: string[][] = []
  const lanes = openLanes(candidates, {
    lanes: 1, onEnd: () => undefined, stopped: () => false,
    run: async (batch) => {
      batches.push(batch.map((one) => one.key))
      return batch.filter((one) => one.key === 'slow').map((candidate) => ({ candidate, end: slow.promise }))
    },
  })
  candidates.add('w', 'slow', null)
  lanes.pump()
  await turn()
  candidates.add('w', 'slow', null)
  candidates.add('w', 'fast', null)
  lanes.pump()
  await turn()
  expect([batches, lanes.active]).toEqual([[['slow'], ['fast']], 1])
  slow.resolve()
  await lanes.idle()
  expect(candidates.size).toBe(1)
})

test('whoever waits is told of each end', async () => {
  const { lanes, add, works, ends } = rig()
  add(1)
  lanes.pump()
  works[0]?.end()
  await lanes.ended()
  await turn()
  expect(ends()).toBe(1)
})
