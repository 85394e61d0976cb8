/** Shapefiles: `.shp`, `.shx` and `.dbf` of one name belong together, so in rules.toml `group_by = "stem"`,
 * `expected_extensions = [".shp", ".shx", ".dbf"]`; for integrity `function = "checkShapefile"`.
 *
 * Written against the ESRI Shapefile Technical Description of July 1998: the main file header, 100 bytes.
 */
import type { Columns, MetadataOf } from 'carbonation'
import { open } from 'node:fs/promises'

export const columns = {
  shape_type: { type: 'string', index: true },
  x_min: { type: 'float', index: true },
  y_min: { type: 'float', index: true },
  x_max: { type: 'float' },
  y_max: { type: 'float' },
} satisfies Columns

export const queryDefaults = { columns: ['group_key', 'shape_type', 'x_min', 'y_min', 'x_max', 'y_max'] }

export async function extract(filePaths: string[]): Promise<MetadataOf<typeof columns>> {
  const path = filePaths.find((filePath) => /\.shp$/i.test(filePath))
  if (path === undefined) throw new Error('there is no .shp file in this group')
  const { header } = await readHeader(path)
  if (header === null) throw new Error(`${path} is no shapefile`)
  const [x_min, y_min, x_max, y_max] = [36, 44, 52, 60].map((at) => coordinate(header.getFloat64(at, true)))
  const type = header.getInt32(32, true)
  return {
    shape_type: shapeTypes[type] ?? `type ${type}`,
    x_min: x_min ?? null,
    y_min: y_min ?? null,
    x_max: x_max ?? null,
    y_max: y_max ?? null,
  }
}

/** A `.shp` or `.shx` says in its header how long it is. */
export async function checkShapefile(filePath: string): Promise<string | null> {
  if (!/\.sh[px]$/i.test(filePath)) return null
  const { header, size } = await readHeader(filePath)
  if (header === null) return 'its header is not that of a shapefile'
  const announced = header.getInt32(24) * 2
  return announced === size ? null : `it should have ${announced} bytes, but has ${size}`
}

const headerBytes = 100
const fileCode = 9994
const version = 1000

const shapeTypes: Readonly<Record<number, string>> = {
  0: 'null', 1: 'point', 3: 'polyline', 5: 'polygon', 8: 'multipoint',
  11: 'point z', 13: 'polyline z', 15: 'polygon z', 18: 'multipoint z',
  21: 'point m', 23: 'polyline m', 25: 'polygon m', 28: 'multipoint m', 31: 'multipatch',
}

/** Null where it is not the header of a shapefile. */
const readHeader = async (path: string): Promise<{ header: DataView | null; size: number }> => {
  await using file = await open(path)
  const { size } = await file.stat()
  const bytes = new Uint8Array(headerBytes)
  const { bytesRead } = await file.read(bytes, 0, headerBytes, 0)
  const header = new DataView(bytes.buffer)
  const isShapefile = header.getInt32(0) === fileCode && header.getInt32(28, true) === version
  return { header: bytesRead === headerBytes && isShapefile ? header : null, size }
}

/** Below -10^38 stands for "no data"; a file without shapes may hold anything. */
const coordinate = (value: number): number | null => Number.isFinite(value) && value > -1e38 ? value : null
