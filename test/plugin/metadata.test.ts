import { expect, test } from 'bun:test'
import { Fault } from '../../src/domain/fault.ts'
import type { Columns, ColumnType } from '../../src/plugin/contract.ts'
import { checkMetadata } from '../../src/plugin/metadata.ts'

const columnsOf = (type: ColumnType): Columns => ({ x: { type } })

const refusal = (columns: Columns, value: unknown): string => {
  try {
    checkMetadata(columns, value)
  } catch (error) {
    if (error instanceof Fault) return error.message
    throw error
  }
  return 'taken'
}

test.each<[ColumnType, unknown, unknown]>([
  ['string', 'ä', 'ä'],
  ['text', '', ''],
  ['integer', -3, -3],
  ['integer', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ['bigint', 5, 5],
  ['bigint', 2n ** 63n - 1n, 2n ** 63n - 1n],
  ['bigint', -(2n ** 63n), -(2n ** 63n)],
  ['float', 0.5, 0.5],
  ['float', 3, 3],
  ['boolean', false, false],
  ['datetime', new Date(0), '1970-01-01T00:00:00.000Z'],
  ['datetime', '2026-11-21', '2026-11-21T00:00:00.000Z'],
  ['json', { a: [1, null, { b: 'x' }], c: undefined }, { a: [1, null, { b: 'x' }] }],
  ['json', 'text', 'text'],
  ['json', [new Date(0)], ['1970-01-01T00:00:00.000Z']],
  ['json', false, false],
])('%s takes %p', (type, value, carried) => expect(checkMetadata(columnsOf(type), { x: value })).toStrictEqual({ x: carried }))

test.each(['string', 'text', 'integer', 'bigint', 'float', 'boolean', 'datetime', 'json'] as const)(
  '%s takes null; what is undefined was not given', (type) => {
    expect(checkMetadata(columnsOf(type), { x: null })).toEqual({ x: null })
    expect(checkMetadata(columnsOf(type), { x: undefined })).toStrictEqual({})
  })

test.each<[ColumnType, unknown, string]>([
  ['string', 5, 'x (string) must be text without NUL or null, was 5'],
  ['string', 'a\0b', 'x (string) must be text without NUL or null, was "a\\u0000b"'],
  ['text', 'a\udcff', 'x (text) must be text without NUL or null, was "a\\udcff"'],
  ['text', ['a'], 'x (text) must be text without NUL or null, was an array'],
  ['integer', '5', 'x (integer) must be a whole number below 2^53 or null, was "5"'],
  ['integer', 1.5, 'x (integer) must be a whole number below 2^53 or null, was 1.5'],
  ['integer', 2 ** 53, 'x (integer) must be a whole number below 2^53 or null, was 9007199254740992'],
  ['integer', 5n, 'x (integer) must be a whole number below 2^53 or null, was 5n'],
  ['integer', NaN, 'x (integer) must be a whole number below 2^53 or null, was NaN'],
  ['bigint', 2n ** 63n, 'x (bigint) must be a whole number below 2^53 or a BigInt of 64 bits or null, was 9223372036854775808n'],
  ['bigint', 0.5, 'x (bigint) must be a whole number below 2^53 or a BigInt of 64 bits or null, was 0.5'],
  ['float', NaN, 'x (float) must be a finite number or null, was NaN'],
  ['float', Infinity, 'x (float) must be a finite number or null, was Infinity'],
  ['float', '1.5', 'x (float) must be a finite number or null, was "1.5"'],
  ['boolean', 1, 'x (boolean) must be true or false or null, was 1'],
  ['datetime', new Date(NaN), 'x (datetime) must be a Date or ISO 8601 text such as "2026-11-21T10:00:00Z" or null, was an invalid Date'],
  ['datetime', 'noon', 'x (datetime) must be a Date or ISO 8601 text such as "2026-11-21T10:00:00Z" or null, was "noon"'],
  ['json', { a: [0, NaN] }, 'x (json) must be something that JSON can hold or null, was NaN at .a[1]'],
  ['json', { a: { b: 1n } }, 'x (json) must be something that JSON can hold or null, was a BigInt at .a.b'],
  ['json', [undefined], 'x (json) must be something that JSON can hold or null, was undefined at [0]'],
  ['json', () => 1, 'x (json) must be something that JSON can hold or null, was a function'],
  ['json', { m: new Map() }, 'x (json) must be something that JSON can hold or null, was a Map at .m'],
  ['json', { d: new Date(NaN) }, 'x (json) must be something that JSON can hold or null, was an invalid Date at .d'],
])('%s refuses %p', (type, value, message) => expect(refusal(columnsOf(type), { x: value })).toBe(message))

test('JSON that goes in a circle is refused', () => {
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  expect(refusal(columnsOf('json'), { x: circle })).toEndWith('was a circle at .self')
  const twice = { a: 1 }
  expect(checkMetadata(columnsOf('json'), { x: [twice, twice] })).toEqual({ x: [twice, twice] })
})

test('everything that is wrong is told at once, unknown columns by their name', () => {
  const columns = { start: { type: 'datetime' }, n: { type: 'integer' } } as const
  expect(refusal(columns, { n: 'x', startt: 1, start: null })).toBe(
    "n (integer) must be a whole number below 2^53 or null, was \"x\"; Unknown column 'startt': the columns are start, n")
  expect(refusal({}, { n: 1 })).toBe("Unknown column 'n': no plugin exports columns")
  expect(refusal({}, { constructor: 1 })).toBe("Unknown column 'constructor': no plugin exports columns")
})

test('only what was given is carried', () => {
  expect(checkMetadata({ a: { type: 'integer' }, b: { type: 'integer' } }, { b: 1 })).toEqual({ b: 1 })
  expect(checkMetadata({}, {})).toEqual({})
})

test.each([[null], [undefined], ['text'], [[1]], [5]])('%p is no metadata', (value) =>
  expect(refusal({}, value)).toStartWith('must give an object with values for the columns, gave'))

test('more than a database takes at once is refused, whatever it is made of', () => {
  const columns = { text: { type: 'text' }, tree: { type: 'json' } } as const
  expect(refusal(columns, { text: 'x'.repeat(1_300_000), tree: ['x'.repeat(1_300_000)] })).toBe(
    'gives 2600004 characters of metadata, a group may have 2500000')
  expect(checkMetadata(columns, { text: 'x'.repeat(2_400_000) })).toEqual({ text: 'x'.repeat(2_400_000) })
})
