import { expect, test } from 'bun:test'
import { align } from '../../src/cli/align.ts'

test('columns are as wide as their widest cell, numbers under a head to the right', () => {
  expect(align([['status', 'total'], ['failed', '7'], ['waiting', '1000000']], '> ')).toEqual([
    '> status     total',
    '> failed         7',
    '> waiting  1000000',
  ])
})

test('a number among texts stands to the left', () => {
  expect(align([['a', 'x'], ['b', '32'], ['c', 'longer']])).toEqual(['a  x', 'b  32', 'c  longer'])
})

test('colours and what a terminal would obey take no place', () => {
  const red = (text: string) => `<${text}>`
  expect(align([[{ text: 'a\u001b', paint: red }, 'x'], ['abcdefg', 'y']])).toEqual(['<a\\x1b>    x', 'abcdefg  y'])
})

test('wide characters count as the terminal shows them', () => {
  expect(align([['日本', 'x'], ['abcd', 'y']])).toEqual(['日本  x', 'abcd  y'])
})
