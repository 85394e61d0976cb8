import { expect, test } from 'bun:test'
import { checkFits, extract } from '../../plugins/fits.ts'
import { sampleDirectory } from './samples.ts'

const sample = sampleDirectory()

const inBlocks = (bytes: Buffer, fill: string) =>
  Buffer.concat([bytes, Buffer.alloc((2880 - (bytes.length % 2880)) % 2880, fill)])
const header = (...cards: string[]) =>
  inBlocks(Buffer.from([...cards, 'END'].map((card) => card.padEnd(80)).join(''), 'latin1'), ' ')
const data = (bytes: number) => inBlocks(Buffer.alloc(bytes, 7), '\0')

const image = (bits: number, ...lengths: number[]) => [
  'SIMPLE  =                    T / conforms to the FITS standard',
  `BITPIX  = ${String(bits).padStart(20)}`,
  `NAXIS   = ${String(lengths.length).padStart(20)}`,
  ...lengths.map((length, axis) => `NAXIS${axis + 1}  = ${String(length).padStart(20)}`),
]

test('the primary header gives the columns', async () => {
  const path = await sample('a.fits', Buffer.concat([header(
    ...image(-32, 100, 50),
    "DATE-OBS= '2026-01-15T22:10:31.5' / start of the exposure",
    "OBJECT  = 'Barnard''s star / 1   ' / with a mark, a slash and blanks",
    "TELESCOP= 'VLT     '",
    'EXPTIME =           1.25D+02 / s',
    'COMMENT = this is no value',
    'FILTER  =                      / undefined',
  ), data(100 * 50 * 4)]))
  expect(await extract([path])).toEqual({
    observed_at: '2026-01-15T22:10:31.5', time_system: 'UTC', object: "Barnard's star / 1", telescope: 'VLT',
    instrument: null, filter: null, exposure_s: 125, bits_per_value: -32, width: 100, height: 50,
  })
})

test.each([
  ["DATE-OBS= '2026-01-15'", '2026-01-15'],
  ["DATE-OBS= '31/12/98'", '1998-12-31'],
  ["DATE-OBS= 'yesterday'", null],
  ['DATE-OBS= 20260115', null],
])('%s is %p', async (card, observed_at) => {
  expect(await extract([await sample('a.fit', header(...image(8), card))])).toMatchObject({ observed_at })
})

test.each([
  ['1', 1], ['+1.5', 1.5], ['.5', 0.5], ['-2.E-3', -0.002], ['1D3', 1000], ['T', null], ["'1'", null], ['(1, 2)', null],
])('an exposure of %s is %p', async (field, exposure_s) => {
  const path = await sample('a.fits', header(...image(8), `EXPTIME = ${field} / comment`))
  expect(await extract([path])).toMatchObject({ exposure_s })
})

test('a long string goes on in the cards that follow', async () => {
  const path = await sample('a.fits', header(
    ...image(8), "OBJECT  = 'a long &'", "CONTINUE  'name that &' / half", "CONTINUE  'goes on'",
  ))
  expect(await extract([path])).toMatchObject({ object: 'a long name that goes on' })
})

test('a header of several blocks is read to its END', async () => {
  const many = Array.from({ length: 100 }, (_, index) => `HISTORY ${index}`)
  const path = await sample('a.fits', header(...image(8), ...many, "OBJECT  = 'last'"))
  expect(await extract([path])).toMatchObject({ object: 'last' })
})

const table = [
  "XTENSION= 'BINTABLE'", 'BITPIX  = 8', 'NAXIS   = 2', 'NAXIS1  = 10', 'NAXIS2  = 300', 'PCOUNT  = 5000', 'GCOUNT  = 1',
]
const groups = [...image(-32, 0, 3, 4), 'GROUPS  = T', 'PCOUNT  = 6', 'GCOUNT  = 200']

test.each([
  ['without data', header(...image(8)), 2880],
  ['with an image', Buffer.concat([header(...image(16, 100, 50)), data(10_000)]), 5 * 2880],
  ['with a table and its heap', Buffer.concat([header(...image(8)), header(...table), data(8000)]), 5 * 2880],
  ['of random groups', Buffer.concat([header(...groups), data(4 * 200 * (6 + 12))]), 6 * 2880],
])('a file %s is whole, and one byte less is not', async (_, content, size) => {
  expect(content.length).toBe(size)
  expect(await checkFits(await sample('whole.fits', content))).toBeNull()
  expect(await checkFits(await sample('cut.fits', content.subarray(0, -1)))).toMatch(/cut off/)
})

test('it is told how much is missing, and where', async () => {
  const content = Buffer.concat([header(...image(8)), header(...table), data(8000)])
  expect(await checkFits(await sample('a.fits', content.subarray(0, 9000))))
    .toBe('unit 1: cut off, 5400 of 14400 bytes are missing')
})

test.each([
  ['nothing', '', 'empty'],
  ['something else', 'x'.repeat(5760), 'unit 0: this is no FITS header'],
  ['half a header', header(...image(8)).subarray(0, 240), 'unit 0: cut off, its header has no END'],
  ['the beginning of an extension', Buffer.concat([header(...image(8)), header(...table).subarray(0, 100)]),
    'unit 1: cut off, its header has no END'],
])('a file with %s is not in order', async (_, content, reason) => {
  expect(await checkFits(await sample('a.fits', content))).toBe(reason)
})

test('other files of the group are not looked at', async () => {
  expect(await checkFits(await sample('a.txt', 'x'))).toBeNull()
})
