/** FITS: reads the primary header, and finds files that were cut off on their way.
 *
 * Written against the FITS Standard 4.0: blocks of 2880 bytes (3.1), cards of 80 characters (4.1), values
 * (4.2), sizes (3.3.2, 4.4.1.1, 6.1.1, 7), dates (9.1).
 * In rules.toml: `type = "plugin"`, `function = "checkFits"`.
 */
import type { Columns, MetadataOf } from 'carbonation'
import { open, type FileHandle } from 'node:fs/promises'

export const columns = {
  /** DATE-OBS as it stands; `time_system` tells what it counts in. */
  observed_at: { type: 'datetime', index: true },
  time_system: { type: 'string' },
  object: { type: 'string', index: true },
  telescope: { type: 'string' },
  instrument: { type: 'string' },
  filter: { type: 'string' },
  exposure_s: { type: 'float' },
  bits_per_value: { type: 'integer' },
  width: { type: 'integer' },
  height: { type: 'integer' },
} satisfies Columns

export const queryDefaults = { orderBy: '-observed_at' }

export async function extract(filePaths: string[]): Promise<MetadataOf<typeof columns>> {
  const path = filePaths.find(isFits)
  if (path === undefined) throw new Error('there is no .fits file in this group')
  await using file = await open(path)
  const { cards } = await readHeader(file, 0)
  return {
    observed_at: isoDate(text(cards, 'DATE-OBS')),
    time_system: text(cards, 'TIMESYS') ?? 'UTC',
    object: text(cards, 'OBJECT'),
    telescope: text(cards, 'TELESCOP'),
    instrument: text(cards, 'INSTRUME'),
    filter: text(cards, 'FILTER'),
    exposure_s: number(cards, 'EXPTIME') ?? number(cards, 'EXPOSURE'),
    bits_per_value: number(cards, 'BITPIX'),
    width: number(cards, 'NAXIS1'),
    height: number(cards, 'NAXIS2'),
  }
}

/** Follows the headers from unit to unit: null when all that they announce is there, else what is missing. */
export async function checkFits(filePath: string): Promise<string | null> {
  if (!isFits(filePath)) return null
  await using file = await open(filePath)
  const { size } = await file.stat()
  for (let at = 0, unit = 0; at < size; unit += 1) {
    const header = await readHeader(file, at).catch((error: Error) => error)
    if (header instanceof Error) return `unit ${unit}: ${header.message}`
    at = header.end + paddedDataBytes(header.cards)
    if (at > size) return `unit ${unit}: cut off, ${at - size} of ${at} bytes are missing`
    if (!await beginsExtension(file, at)) return null
  }
  return size === 0 ? 'empty' : null
}

type Value = string | number | boolean
type Cards = ReadonlyMap<string, Value>

const blockBytes = 2880
const cardBytes = 80
/** 36,000 cards: no header is longer, and a file that is none is not read to its end. */
const mostBlocks = 1000

const firstCard = /^(SIMPLE  |XTENSION)= /

const isFits = (path: string): boolean => /\.(fits?|fts)$/i.test(path)

/** The cards of the header that begins at `from`, and where its last block ends. */
const readHeader = async (file: FileHandle, from: number): Promise<{ cards: Cards; end: number }> => {
  const cards: string[] = []
  for (let block = 0; block < mostBlocks; block += 1) {
    const bytes = Buffer.alloc(blockBytes)
    const { bytesRead } = await file.read(bytes, 0, blockBytes, from + block * blockBytes)
    for (let at = 0; at + cardBytes <= bytesRead; at += cardBytes) {
      const card = bytes.toString('latin1', at, at + cardBytes)
      if (cards.length === 0 && !firstCard.test(card)) throw new Error('this is no FITS header')
      if (/^END {77}$/.test(card)) return { cards: parseCards(cards), end: from + (block + 1) * blockBytes }
      cards.push(card)
    }
    if (bytesRead < blockBytes) throw new Error('cut off, its header has no END')
  }
  throw new Error(`its header has no END within ${mostBlocks} blocks`)
}

const parseCards = (cards: readonly string[]): Cards => {
  const values = new Map<string, Value>()
  let last = ''
  for (const card of cards) {
    const keyword = card.slice(0, 8).trimEnd()
    const previous = values.get(last)
    if (keyword === 'CONTINUE' && typeof previous === 'string' && previous.endsWith('&')) {
      values.set(last, previous.slice(0, -1) + (quoted(card.slice(10)) ?? ''))
    } else if (card.slice(8, 10) === '= ') {
      const value = parseValue(card.slice(10))
      if (value !== null && !values.has(keyword)) values.set(keyword, value)
      last = keyword
    }
  }
  return values
}

/** A string, a number or a logical value; null for none, and for complex numbers. */
const parseValue = (field: string): Value | null => {
  const string = quoted(field)
  if (string !== null) return string
  const word = field.replace(/\/.*/, '').trim()
  if (word === 'T' || word === 'F') return word === 'T'
  return /^[+-]?(\d+\.?\d*|\.\d+)([ED][+-]?\d+)?$/.test(word) ? Number(word.replace('D', 'E')) : null
}

/** Between quotation marks, two of which stand for one; blanks at the end do not count. */
const quoted = (field: string): string | null => {
  const inner = /^ *'((?:[^']|'')*)'/.exec(field)?.[1]
  return inner === undefined ? null : inner.replaceAll("''", "'").trimEnd()
}

const text = (cards: Cards, keyword: string): string | null => {
  const value = cards.get(keyword)
  return typeof value === 'string' && value !== '' ? value : null
}

const number = (cards: Cards, keyword: string): number | null => {
  const value = cards.get(keyword)
  return typeof value === 'number' ? value : null
}

/** The data of a unit in whole blocks. Random groups have NAXIS1 = 0, which does not count. */
const paddedDataBytes = (cards: Cards): number => {
  const axes = Array.from({ length: number(cards, 'NAXIS') ?? 0 }, (_, index) => `NAXIS${index + 1}`)
  const lengths = axes.map((axis) => number(cards, axis) ?? 0)
  if (lengths.length === 0) return 0
  const counted = cards.get('GROUPS') === true && lengths[0] === 0 ? lengths.slice(1) : lengths
  const values = counted.reduce((product, length) => product * length, 1) + (number(cards, 'PCOUNT') ?? 0)
  const bytes = (Math.abs(number(cards, 'BITPIX') ?? 0) / 8) * (number(cards, 'GCOUNT') ?? 1) * values
  return Math.ceil(bytes / blockBytes) * blockBytes
}

/** What follows the last unit may be anything. */
const beginsExtension = async (file: FileHandle, at: number): Promise<boolean> => {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(8), 0, 8, at)
  return 'XTENSION'.startsWith(buffer.toString('latin1', 0, bytesRead)) && bytesRead > 0
}

/** ISO 8601, or DD/MM/YY of the years before 2000. */
const isoDate = (date: string | null): string | null => {
  const [, day, month, year] = /^(\d\d)\/(\d\d)\/(\d\d)$/.exec(date ?? '') ?? []
  if (day !== undefined) return `19${year}-${month}-${day}`
  return date !== null && /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d*)?)?$/.test(date) ? date : null
}
