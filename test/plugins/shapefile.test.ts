import { expect, test } from 'bun:test'
import { checkShapefile, extract } from '../../plugins/shapefile.ts'
import { sampleDirectory } from './samples.ts'

const sample = sampleDirectory()

/** A main file with one record, `box` being x and y of the lower left and the upper right corner. */
const shapefile = (shapeType: number, box: readonly number[], contentBytes = 28) => {
  const bytes = new DataView(new ArrayBuffer(100 + contentBytes))
  bytes.setInt32(0, 9994)
  bytes.setInt32(24, bytes.byteLength / 2)
  bytes.setInt32(28, 1000, true)
  bytes.setInt32(32, shapeType, true)
  for (const [index, value] of box.entries()) bytes.setFloat64(36 + 8 * index, value, true)
  return new Uint8Array(bytes.buffer)
}
const point = shapefile(1, [7.5, 46.25, 8.5, 47])

test('the header gives shape and bounding box', async () => {
  const paths = [await sample('lakes.dbf', 'x'), await sample('lakes.shp', point), await sample('lakes.shx', point)]
  expect(await extract(paths)).toEqual({ shape_type: 'point', x_min: 7.5, y_min: 46.25, x_max: 8.5, y_max: 47 })
})

test('a file without shapes has no bounding box', async () => {
  const path = await sample('empty.shp', shapefile(5, [NaN, -1e39, Infinity, 0], 0))
  expect(await extract([path])).toEqual({ shape_type: 'polygon', x_min: null, y_min: null, x_max: null, y_max: 0 })
})

test('a shape type of the future is kept as its number', async () => {
  expect(await extract([await sample('a.shp', shapefile(77, []))])).toMatchObject({ shape_type: 'type 77' })
})

test('a group without a .shp, and a .shp that is none, are errors', async () => {
  await expect(extract([await sample('a.dbf', 'x')])).rejects.toThrow('no .shp file')
  await expect(extract([await sample('a.shp', 'x'.repeat(200))])).rejects.toThrow('no shapefile')
})

test('a file is as long as it says', async () => {
  expect(await checkShapefile(await sample('a.shp', point))).toBeNull()
  expect(await checkShapefile(await sample('a.shp', point.subarray(0, 120)))).toBe('it should have 128 bytes, but has 120')
  expect(await checkShapefile(await sample('a.shx', point.subarray(0, 99)))).toBe('its header is not that of a shapefile')
  expect(await checkShapefile(await sample('a.dbf', 'x'))).toBeNull()
})
