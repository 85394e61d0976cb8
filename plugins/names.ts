/** All there is to know stands in the file names: `S2A_20260115T101031_T32TQM_B04.tif`, a file for each band.
 *
 * In rules.toml: `group_by = "plugin"` with `group_function = "groupByScene"`; for selection
 * `function = "isInTiles"`, `kwargs = { tiles = ["T32TQM"] }`; for routing `function = "archiveOfSatellite"`.
 */
import type { Columns, MetadataOf } from 'carbonation'

export const columns = {
  satellite: { type: 'string', index: true },
  sensed_at: { type: 'datetime', index: true },
  tile: { type: 'string', index: true },
  bands: { type: 'json' },
} satisfies Columns

export const queryDefaults = { orderBy: '-sensed_at' }

/** Files of one scene belong together; any other file is a group of its own. */
export function groupByScene(filePath: string): string | null {
  const parts = parse(filePath)
  return parts === null ? null : `${parts.satellite}_${parts.sensed}_${parts.tile}`
}

export async function extract(filePaths: string[]): Promise<MetadataOf<typeof columns>> {
  const all = filePaths.map(parse).filter((parts) => parts !== null)
  const [first] = all
  if (first === undefined) {
    throw new Error(`not a name such as S2A_20260115T101031_T32TQM_B04.tif: ${filePaths[0]}`)
  }
  const { satellite, sensed, tile } = first
  return { satellite, sensed_at: isoTime(sensed), tile, bands: all.map(({ band }) => band).sort() }
}

/** Whether the scene is of one of the tiles. */
export function isInTiles(
  metadata: MetadataOf<typeof columns>,
  { tiles }: { tiles: readonly string[] },
): boolean {
  return typeof metadata.tile === 'string' && tiles.includes(metadata.tile)
}

/** `S2A` goes to the archive `s2a`; null leaves the scene to the watch's own archive. */
export function archiveOfSatellite(metadata: MetadataOf<typeof columns>): string | null {
  return metadata.satellite?.toLowerCase() ?? null
}

type Parts = Readonly<Record<'satellite' | 'sensed' | 'tile' | 'band', string>>

const parse = (filePath: string): Parts | null => {
  const name = filePath.slice(filePath.lastIndexOf('/') + 1)
  const found = /^(S2[A-Z])_(\d{8}T\d{6})_(T\d\d[A-Z]{3})_([A-Z0-9]{3})\.tif$/.exec(name)
  if (found === null) return null
  const [, satellite = '', sensed = '', tile = '', band = ''] = found
  return { satellite, sensed, tile, band }
}

/** `20260115T101031` is UTC. */
const isoTime = (compact: string): string =>
  compact.replace(/^(....)(..)(..)T(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6Z')
