import { describe, expect, test } from 'bun:test'
import { tableLines } from '../../../src/cli/query/table-lines.ts'

const columns = [{ name: 'n', type: 'integer' }, { name: 'name', type: 'string' }, { name: 'x', type: 'json' }] as const

describe('a table', () => {
  test('aligns by what a terminal shows, wide characters included', () => {
    const rows = [{ n: 5, name: '雷达', x: { a: 1 } }, { n: 12345, name: 'é', x: null }, { n: null, name: 'abcd', x: [] }]
    expect([...tableLines(columns, rows, false)]).toEqual([
      '    n  name  x\n',
      '    5  雷达  {"a":1}\n',
      '12345  é\n',
      '       abcd  []\n',
    ])
  })

  test('of many rows has a head for each thousand', () => {
    const rows = Array.from({ length: 1001 }, (_, n) => ({ n, name: 'x', x: null }))
    const lines = [...tableLines(columns, rows, false)]
    expect(lines).toHaveLength(1003)
    expect(lines.slice(1000)).toEqual(['999  x\n', '   n  name  x\n', '1000  x\n'])
  })
})
