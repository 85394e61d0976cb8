import { describe, expect, test } from 'bun:test'
import { absentMembers, eachOpen, openMembers, stepsOf, validMembers } from '../../src/domain/group.ts'
import { statuses } from '../../src/domain/status.ts'
import { note } from '../../src/domain/component.ts'
import { aGroup, aKnownComponent, anArchivedComponent } from '../fakes/builders.ts'

const everyStatus = aGroup({ members: statuses.map((status) => aKnownComponent(`/in/${status}`, status)) })
const namesOf = (members: readonly { path: string }[]) => members.map((one) => one.path.slice('/in/'.length)).toSorted()

test('open are the members that are still to be decided about', () => {
  expect(namesOf(openMembers(everyStatus))).toEqual(['detected', 'retry_pending', 'waiting'])
})

test('valid are those and the archived ones', () => {
  expect(namesOf(validMembers(everyStatus))).toEqual(['archived', 'detected', 'retry_pending', 'waiting'])
})

test('what happens to the open ones happens to no other', () => {
  const moved = eachOpen(everyStatus, (one) => note(one, 'archive', 'touched'))
  expect(namesOf(stepsOf(moved).map(({ member }) => member))).toEqual(['detected', 'retry_pending', 'waiting'])
})

describe('absent are the members of the generation before', () => {
  const previous = [anArchivedComponent('/in/a_1.txt'), anArchivedComponent('/in/a_2.txt'), anArchivedComponent('/in/a.json')]

  test('that this one does not have, told apart by their paths, since some share an extension', () => {
    expect(namesOf(absentMembers(aGroup({ members: [anArchivedComponent('/in/a_1.txt')], previous })))).toEqual(['a.json', 'a_2.txt'])
  })

  test('and what was adopted has none and goes by its extension', () => {
    const adopted = [anArchivedComponent('', { origin: 'adopted', extension: '.txt' }), anArchivedComponent('', { origin: 'adopted', extension: '.json' })]
    expect(absentMembers(aGroup({ previous: adopted })).map((one) => one.extension)).toEqual(['.json'])
  })
})
