import { expect, test } from 'bun:test'
import { compileFormatSpec } from '../../src/domain/format-spec.ts'

const format = (spec: string, value: unknown): string => {
  const convert = compileFormatSpec(spec)
  if (typeof convert !== 'function') return `mistake: ${convert.message}`
  const converted = convert(value)
  return 'text' in converted ? converted.text : `refused: ${converted.refused}`
}

test.each([
  ['05d', 42, '00042'], ['05d', -42, '-0042'], ['d', 42, '42'], ['d', 42n, '42'], ['+d', 42, '+42'],
  ['+05d', 4, '+0004'],
  ['05', 42, '00042'], ['5', 42, '   42'], ['<5', 42, '42   '], ['^5', 42, ' 42  '], ['_>5', 42, '___42'],
  ['>05d', -4, '000-4'], ['x', 255, 'ff'], ['X', 255, 'FF'], ['04x', 255n, '00ff'], ['o', 8, '10'],
  ['b', 5, '101'],
  ['x', -255, '-ff'], ['d', 2n ** 70n, '1180591620717411303424'], ['d', 1e21, '1000000000000000000000'],
  ['.2f', 3.14159, '3.14'], ['.2f', 3, '3.00'], ['f', 1.5, '1.500000'], ['08.3f', -1.5, '-001.500'],
  ['.0f', 7.4, '7'],
  ['.1f', 2n, '2.0'], ['.1f', 1e21, '1000000000000000000000.0'],
  ['>8', 'abc', '     abc'], ['<8', 'abc', 'abc     '], ['8', 'abc', 'abc     '], ['8s', 'abc', 'abc     '],
  ['.2', 'abc', 'ab'], ['.>4.1s', 'abc', '...a'], ['3', '😀', '😀  '], ['.1', '😀b', '😀'], ['05', 'ab', 'ab000'],
  ['2', 'abc', 'abc'], ['<<3', 'a', 'a<<'], ['5', true, 'true '],
])('%s of %p is %j', (spec, value, text) => {
  expect(format(spec, value)).toBe(text)
})

test.each([
  [0.5, '0'], [1.5, '2'], [2.5, '2'], [-2.5, '-2'], [2.500000001, '3'],
])('%p, in the middle of two digits, goes to the even one: %s', (value, text) => {
  expect(format('.0f', value)).toBe(text)
})

test('a value that only looks as if it lay in the middle goes to the nearer digit', () => {
  expect(format('.2f', 0.125)).toBe('0.12')
  expect(format('.2f', 0.375)).toBe('0.38')
  expect(format('.2f', 1.005)).toBe('1.00')
})

test.each(['05q', '1.', 'd5', '#x', ',d', '=5', '300', '.30f', '.2x', '+s'])('%s is no conversion', (spec) => {
  expect(format(spec, 1)).toStartWith('mistake: ')
})
