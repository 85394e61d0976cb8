import { describe, expect, test } from 'bun:test'
import { step } from '../../src/domain/component.ts'
import { isStatus, mayBecome, statuses, transitions, type Status } from '../../src/domain/status.ts'
import { aKnownComponent } from '../fakes/builders.ts'

/** What is true of a component and what may become of it, as it is promised to people. */
const promised: Readonly<Record<Status, readonly Status[]>> = {
  detected: ['integrity_failed', 'waiting', 'not_selected', 'archived', 'retry_pending', 'failed', 'cleared'],
  integrity_failed: ['detected', 'cleared'],
  waiting: ['archived', 'not_selected', 'timed_out', 'integrity_failed', 'retry_pending', 'failed', 'cleared'],
  timed_out: ['detected', 'cleared'],
  not_selected: ['detected', 'cleared'],
  archived: ['superseded'],
  retry_pending: ['waiting', 'integrity_failed', 'not_selected', 'archived', 'timed_out', 'failed', 'cleared'],
  failed: ['retry_pending'],
  cleared: ['detected'],
  superseded: [],
}
/** Changed content is detected anew, whatever a file was before; one that comes too late is given up at once. */
const besides: readonly (readonly [Status, Status])[] = [
  ['waiting', 'detected'], ['retry_pending', 'detected'], ['failed', 'detected'], ['detected', 'timed_out'],
]

const reachable = (from: Status): ReadonlySet<Status> => {
  const found = new Set<Status>()
  for (const pending = [from]; pending.length > 0; ) {
    for (const next of transitions[pending.pop() ?? from]) {
      if (found.has(next)) continue
      found.add(next)
      pending.push(next)
    }
  }
  return found
}
const pairsOf = (table: Readonly<Record<Status, readonly Status[]>>) =>
  statuses.flatMap((from) => table[from].map((to) => `${from} → ${to}`))

describe('the table of statuses', () => {
  test('is the one that was promised', () => {
    const expected = [...pairsOf(promised), ...besides.map(([from, to]) => `${from} → ${to}`)]
    expect(pairsOf(transitions).toSorted()).toEqual(expected.toSorted())
  })

  test('has no status that nothing leads to', () => {
    const found = reachable('detected')
    expect(statuses.filter((one) => !found.has(one))).toEqual([])
  })

  test('has no status but the last from which nothing can be archived any more', () => {
    expect(statuses.filter((one) => one !== 'archived' && !reachable(one).has('archived'))).toEqual(['superseded'])
  })

  test('lets every status but those of archived bytes be detected anew, since content may change', () => {
    expect(statuses.filter((one) => !mayBecome(one, 'detected'))).toEqual(['archived', 'superseded'])
  })

  test('never lets archived bytes be anything but superseded', () => {
    expect(statuses.filter((one) => one !== 'archived' && mayBecome('archived', one))).toEqual(['superseded'])
  })

  test('names no status twice', () => {
    expect(pairsOf(transitions)).toHaveLength(new Set(pairsOf(transitions)).size)
  })
})

test('equal statuses are a note, which is always allowed', () => {
  expect(statuses.filter((one) => !mayBecome(one, one))).toEqual([])
})

test('a text is a status only when the table has it', () => {
  expect([isStatus('archived'), isStatus('Archived'), isStatus('toString'), isStatus('')]).toEqual([true, false, false, false])
})

test('a step that the table forbids is a bug', () => {
  for (const from of statuses) {
    for (const to of statuses) {
      const take = () => step(aKnownComponent('/in/a.txt', from), to, 'archive', null)
      if (mayBecome(from, to)) expect(take().status).toBe(to)
      else expect(take).toThrow(`no component goes from ${from} to ${to}`)
    }
  }
})
