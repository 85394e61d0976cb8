import { expect, test } from 'bun:test'
import { metadata } from '../../src/pipeline/metadata.ts'
import { aGroup, aKnownComponent, anArchivedComponent } from '../fakes/builders.ts'
import { decide, fakeWorld } from '../fakes/world.ts'
import type { PluginTable } from '../fakes/plugins.ts'

const world = (extract: PluginTable['extract']) =>
  fakeWorld({ rules: { metadataModule: 'file_model' }, plugins: extract === undefined ? {} : { extract } })
const pathsGiven = async (members: Parameters<typeof aGroup>[0]): Promise<readonly string[]> => {
  let given: readonly string[] = []
  await decide(metadata, aGroup(members), world((paths) => {
    given = paths
    return {}
  }))
  return given
}

test('what extract gives is the metadata of the group', async () => {
  const { is, group } = await decide(metadata, aGroup(), world(() => ({ category: 'alpha' })))
  expect({ is, metadata: group.metadata }).toEqual({ is: 'go', metadata: { category: 'alpha' } })
})

test('what extract throws is a fault, and nothing goes on', async () => {
  const decision = await decide(metadata, aGroup(), world(() => {
    throw new Error('no header')
  }))
  expect(decision.is === 'fault' ? decision.fault.message : decision.is).toContain('no header')
})

test('without a plugin there is no metadata', async () => {
  expect((await decide(metadata, aGroup(), fakeWorld())).group.metadata).toEqual({})
})

test('extract gets all valid members of the group', async () => {
  const failed = aKnownComponent('/in/a.bad', 'integrity_failed')
  expect(await pathsGiven({ members: ['.txt', '.json', failed] })).toEqual(['/in/a.txt', '/in/a.json'])
})

test('a member whose source is gone is read from the archive', async () => {
  const archived = anArchivedComponent('/in/a.txt', { inDelivery: false })
  const takenOver = anArchivedComponent('/in/a.json', { status: 'detected', origin: 'taken_over', inDelivery: false })
  expect(await pathsGiven({ members: [archived, takenOver] })).toEqual(['/archive/alpha/a.txt', '/archive/alpha/a.json'])
})

test('a member whose redelivery is ignored is read from the archive, since the source is something else', async () => {
  expect(await pathsGiven({ members: [anArchivedComponent('/in/a.txt', { seen: '1:2:3:4' })] })).toEqual(['/archive/alpha/a.txt'])
})
