import { expect, test } from 'bun:test'
import { archiveOfSatellite, extract, groupByScene, isInTiles } from '../../plugins/names.ts'

const scene = ['B08', 'B04', 'TCI'].map((band) => `/in/2026_01/S2A_20260115T101031_T32TQM_${band}.tif`)

test('the bands of one scene are one group, wherever they stand', () => {
  expect(new Set([...scene, '/in/S2A_20260115T101031_T32TQM_B02.tif'].map(groupByScene)))
    .toEqual(new Set(['S2A_20260115T101031_T32TQM']))
})

test.each([
  ['/in/S2B_20260115T101031_T32TQM_B04.tif', 'S2B_20260115T101031_T32TQM'],
  ['/in/S2A_20260115T101032_T32TQM_B04.tif', 'S2A_20260115T101032_T32TQM'],
  ['/in/S2A_20260115T101031_T32TQN_B04.tif', 'S2A_20260115T101031_T32TQN'],
  ['/in/S2A_20260115T101031_T32TQM_B04.tif.aux.xml', null],
  ['/in/S2A_20260115_T32TQM_B04.tif', null],
  ['/S2A_20260115T101031_T32TQM_B04.tif/readme.txt', null],
])('%s is of group %p', (path, group) => {
  expect(groupByScene(path)).toBe(group)
})

test('the names give the columns', async () => {
  expect(await extract([...scene, '/in/other.txt'])).toEqual({
    satellite: 'S2A', sensed_at: '2026-01-15T10:10:31Z', tile: 'T32TQM', bands: ['B04', 'B08', 'TCI'],
  })
})

test('a group without such a name is an error that shows what is expected', async () => {
  await expect(extract(['/in/other.txt'])).rejects.toThrow(/such as S2A_.*: \/in\/other.txt/)
})

test('a scene is wanted when its tile is', () => {
  expect(isInTiles({ tile: 'T32TQM' }, { tiles: ['T31UFU', 'T32TQM'] })).toBe(true)
  expect(isInTiles({ tile: 'T32TQM' }, { tiles: ['T31UFU'] })).toBe(false)
  expect(isInTiles({ tile: null }, { tiles: ['T31UFU'] })).toBe(false)
})

test('a scene goes to the archive of its satellite', () => {
  expect(archiveOfSatellite({ satellite: 'S2A' })).toBe('s2a')
  expect(archiveOfSatellite({})).toBeNull()
})
