import { describe, expect, test } from 'bun:test'
import { bytesAt, isKept, note, rest, step } from '../../src/domain/component.ts'
import { aComponent, aKnownComponent, anArchivedComponent } from '../fakes/builders.ts'

describe('a step', () => {
  test('of a new component comes from nowhere, the next one from where it is', () => {
    const first = step(aComponent(), 'detected', 'record', null)
    const second = step(first, 'waiting', 'completeness', 'for .json')
    expect(second.steps.map((one) => [one.from, one.to])).toEqual([[null, 'detected'], ['detected', 'waiting']])
    expect(second).toMatchObject({ status: 'waiting', error: 'for .json', before: null })
  })

  test('to what is in order forgets what was wrong', () => {
    const pending = aKnownComponent('/in/a.txt', 'retry_pending', { error: 'was full', nextRetryAt: 5 })
    for (const to of ['archived', 'detected'] as const) {
      expect(step(pending, to, 'archive', null)).toMatchObject({ error: null, nextRetryAt: null })
    }
  })

  test('to a retry keeps its time; every other one forgets it', () => {
    const pending = aKnownComponent('/in/a.txt', 'retry_pending', { error: 'was full', nextRetryAt: 5 })
    expect(step(pending, 'retry_pending', 'archive', 'still full').nextRetryAt).toBe(5)
    expect(step(pending, 'waiting', 'completeness', 'for .json').nextRetryAt).toBeNull()
  })
})

test('a note changes no status', () => {
  const noted = note(aKnownComponent('/in/a.txt', 'archived'), 'archive', 'a stranger')
  expect(noted).toMatchObject({ status: 'archived', steps: [{ from: 'archived', to: 'archived', detail: 'a stranger' }] })
})

test('who rests for the same reason again takes no step', () => {
  const waiting = aKnownComponent('/in/a.txt', 'waiting', { error: 'for .json' })
  expect(rest(waiting, 'waiting', 'completeness', 'for .json')).toBe(waiting)
  expect(rest(waiting, 'waiting', 'completeness', 'for .xml').steps).toHaveLength(1)
})

describe('bytes', () => {
  test.each([
    ['of a new file are at its source', aComponent('/in/a.txt'), '/in/a.txt'],
    ['of an archived file are at its source while that is there', anArchivedComponent('/in/a.txt'), '/in/a.txt'],
    ['of an archived file are in the archive once its source is gone', anArchivedComponent('/in/a.txt', { inDelivery: false }), '/archive/alpha/a.txt'],
    ['of an archived file are in the archive where its source is something else', anArchivedComponent('/in/a.txt', { seen: '1' }), '/archive/alpha/a.txt'],
    ['that nobody has are looked for at the source', aKnownComponent('/in/a.txt', 'cleared', { inDelivery: false }), '/in/a.txt'],
  ])('%s', (_, component, expected) => {
    expect(bytesAt(component)).toBe(expected)
  })
})

test('only what was taken over and has no source is kept', () => {
  const takenOver = anArchivedComponent('/in/a.txt', { origin: 'taken_over' })
  expect([takenOver, { ...takenOver, inDelivery: false }, anArchivedComponent('/in/a.txt', { inDelivery: false })].map(isKept)).toEqual([
    false, true, false,
  ])
})
