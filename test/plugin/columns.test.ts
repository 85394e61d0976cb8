import { expect, test } from 'bun:test'
import { checkColumns, maxColumnNameLength, reservedColumns } from '../../src/plugin/columns.ts'
import { migrate } from '../../src/store/migrations.ts'
import { filesColumns } from '../../src/store/plugin-columns.ts'
import { openSqlite } from '../../src/edges/sqlite.ts'
import { columnTypes } from '../../src/plugin/contract.ts'

test('every type is known, with and without an index', () => {
  const columns = Object.fromEntries(columnTypes.map((type, at) => [`c_${type}`, at % 2 === 0 ? { type } : { type, index: true }]))
  expect(checkColumns(columns)).toEqual({ columns, problems: [] })
})

test('a column of the ledger can not be a plugin\'s too', async () => {
  const sql = openSqlite(':memory:', { create: true })
  await migrate(sql, 0)
  for (const name of (await filesColumns(sql)).keys()) expect([...reservedColumns]).toContain(name)
  await sql.close()
  for (const name of reservedColumns) expect(checkColumns({ [name]: { type: 'string' } }).problems).toHaveLength(1)
})

test.each([['Start'], ['1st'], ['a-b'], ['a b'], ['a"; DROP TABLE files'], [''], ['ä']])('%p is no name for a column', (name) => {
  expect(checkColumns({ [name]: { type: 'string' } })).toEqual({
    columns: {},
    problems: [`columns.${name} is not a name for a column: lower-case letters, digits and _, not beginning with a digit`],
  })
})

test('__proto__ is no name for a column', () => {
  expect(checkColumns(JSON.parse('{"__proto__":{"type":"string"}}')).problems).toHaveLength(1)
})

test('a name may be so long and no longer', () => {
  const longest = 'x'.repeat(maxColumnNameLength)
  expect(checkColumns({ [longest]: { type: 'string' } }).problems).toEqual([])
  expect(checkColumns({ [`${longest}x`]: { type: 'string' } }).problems).toHaveLength(1)
})

test('everything that is wrong is told at once, what is right is kept', () => {
  expect(checkColumns({
    good: { type: 'float' }, a: { type: 'number' }, b: 'string', c: { type: 'string', index: 'yes', unique: true }, d: null,
  })).toEqual({
    columns: { good: { type: 'float' } },
    problems: [
      'columns.a has the type "number"; the types are string, text, integer, bigint, float, boolean, datetime, json',
      'columns.b must be like { type: \'string\' }, was "string"',
      'columns.c has index "yes", expected true or false',
      "columns.c has 'unique', which means nothing here: type and index do",
      "columns.d must be like { type: 'string' }, was null",
    ],
  })
})

test('more columns than a table has room for are refused', () => {
  const many = Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`c${n}`, { type: 'integer' }]))
  expect(checkColumns(many).problems).toEqual(['columns are at most 200, were 201'])
})

test.each([[null], [[]], ['x']])('%p are no columns', (value) => expect(checkColumns(value).problems).toHaveLength(1))
