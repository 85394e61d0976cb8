import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { UsageFault } from '../../src/cli/command.ts'
import { queryFiles } from '../../src/cli/query-files.ts'
import type { Columns } from '../../src/plugin/contract.ts'
import { addGroups } from '../store/a-ledger.ts'
import { aProject, type Project } from './query/a-project.ts'

const columns = {
  start: { type: 'datetime' }, stop: { type: 'datetime' }, source_name: { type: 'string' }, orbit: { type: 'bigint' },
  night: { type: 'boolean' }, bands: { type: 'json' }, format: { type: 'string' },
} as const satisfies Columns
const plugin = `
export const columns = ${JSON.stringify(columns)}
export const queryDefaults = { orderBy: '-start', columns: ['id', 'source_name', 'start'] }
`

let project: Project
beforeAll(async () => {
  project = await aProject({
    columns, plugin, commands: [queryFiles],
    fill: (sql) => addGroups(
      sql,
      { source_name: '007', start: '2026-03-01 00:00:00.000', stop: '2026-03-02 00:00:00.000', orbit: 7, night: 1, complete: 1 },
      {
        source_name: 'say "hi",\r\nthere', start: '2026-03-02 00:00:00.500', stop: '2026-03-03 00:00:00.000',
        orbit: 9007199254740993n, night: 0, bands: '{"a":[1,null]}', file_type: 'scan',
      },
      { watch_name: 'lidar', source_name: '', created_at: '2026-03-05 00:00:00.000' },
      { source_name: 'x\u001b[2J\u202e\u009b', watch_name: 'odd' },
    ),
  })
})
afterAll(() => project.remove())

const run = (...argv: string[]) => project.run('query', 'files', ...argv)
const ids = async (...argv: string[]): Promise<number[]> => {
  const { out } = await run(...argv, '--format', 'ndjson', '--columns', 'id')
  return out.split('\n').filter((line) => line !== '').map((line) => (JSON.parse(line) as { id: number }).id)
}
const refused = async (...argv: string[]): Promise<string> => {
  try {
    return `rows: ${(await run(...argv)).out}`
  } catch (error) {
    if (error instanceof UsageFault) return error.message
    throw error
  }
}

describe('query files prints', () => {
  test('a table with the columns and the order that the plugin wants', async () => {
    expect(await run('--watch-name', '%dar')).toEqual({
      code: 0,
      err: '',
      out: 'id  source_name         start\n'
        + ' 2  say "hi",\\r\\nthere  2026-03-02T00:00:00.500Z\n'
        + ' 1  007                 2026-03-01T00:00:00Z\n'
        + ' 3\n',
    })
  })

  test('nothing that steers a terminal', async () => {
    expect((await run('--watch-name', 'odd', '--columns', 'source_name')).out).toBe('source_name\nx\\x1b[2J\\u202e\\u009b\n')
    expect((await run('--watch-name', 'odd', '--columns', 'source_name', '--format', 'ndjson')).out)
      .toBe('{"source_name":"x\\u001b[2J\\u202e\\u009b"}\n')
  })

  test('JSON with column names, times with Z, booleans, JSON values, and large numbers as text', async () => {
    const { out } = await run('--columns', 'id,start,orbit,night,bands', '--format', 'json', '--limit', '2')
    expect(out).toBe(
      '[\n'
      + '  {"id":2,"start":"2026-03-02T00:00:00.500Z","orbit":"9007199254740993","night":false,"bands":{"a":[1,null]}},\n'
      + '  {"id":1,"start":"2026-03-01T00:00:00.000Z","orbit":7,"night":true,"bands":null}\n'
      + ']\n',
    )
  })

  test('one object a line as ndjson', async () => {
    expect((await run('--columns', 'id,night', '--format', 'ndjson', '--limit', '2')).out)
      .toBe('{"id":2,"night":false}\n{"id":1,"night":true}\n')
  })

  test('CSV by RFC 4180, which tells empty text from no value', async () => {
    const { out } = await run('--columns', 'source_name,night,bands', '--format', 'csv', '--watch-name', '%dar')
    expect(out).toBe('source_name,night,bands\r\n"say ""hi"",\r\nthere",false,"{""a"":[1,null]}"\r\n007,true,\r\n"",,\r\n')
  })

  test('of nothing a word on stderr, [], no line, or the header', async () => {
    const nothing = ['--source-name', 'nobody', '--columns', 'id,night']
    expect(await run(...nothing)).toEqual({ code: 0, out: '', err: 'nothing found\n' })
    expect(await run(...nothing, '--format', 'json')).toEqual({ code: 0, out: '[]\n', err: '' })
    expect(await run(...nothing, '--format', 'ndjson')).toEqual({ code: 0, out: '', err: '' })
    expect(await run(...nothing, '--format', 'csv')).toEqual({ code: 0, out: 'id,night\r\n', err: '' })
  })

  test('the count', async () => {
    expect((await run('--count')).out).toBe('4\n')
    expect((await run('--count', '--night')).out).toBe('1\n')
  })
})

describe('query files finds', () => {
  test('by the columns of every ledger', async () => {
    expect(await ids('--watch-name', 'lidar', '--watch-name', 'odd')).toEqual([4, 3])
    expect(await ids('--type', 'scan')).toEqual([2])
    expect(await ids('--group-key', 'g1', '--group-key=g3')).toEqual([1, 3])
    expect(await ids('--complete')).toEqual([1])
    expect(await ids('--no-complete')).toEqual([2, 4, 3])
    expect(await ids('--created-after', '2026-03-02')).toEqual([3])
    expect(await ids('--created-before=2026-03-02', '--order-by', '-id')).toEqual([4, 2, 1])
    expect(await ids('--modified-at-after', '2027-01-01')).toEqual([])
  })

  test('by the columns of the plugin, values as they were typed', async () => {
    expect(await ids('--source-name', '007')).toEqual([1])
    expect(await ids('--source-name', '7')).toEqual([])
    expect(await ids('--source_name', '0%', '--source-name', 'say%')).toEqual([2, 1])
  })

  test('by numbers, times and booleans of the plugin', async () => {
    expect(await ids('--orbit-min', '8')).toEqual([2])
    expect(await ids('--orbit-max', '7', '--orbit-min', '-5')).toEqual([1])
    expect(await ids('--orbit', '9007199254740993')).toEqual([2])
    expect(await ids('--start-after', '2026-03-02')).toEqual([2])
    expect(await ids('--stop-before', '2026-03-02')).toEqual([1])
    expect(await ids('--night')).toEqual([1])
    expect(await ids('--no-night')).toEqual([2])
    expect(await ids('--daterange', '2026-03-01/2026-03-02')).toEqual([1])
    expect(await ids('--age', '36500d')).toEqual([2, 1])
    expect(await ids('--age', '1s')).toEqual([])
  })

  test('nothing: then all groups are listed, the newest start first, those without one last', async () => {
    expect(await ids()).toEqual([2, 1, 4, 3])
  })
})

describe('query files refuses', () => {
  test('unknown options, columns, orders and formats, with the nearest', async () => {
    expect(await refused('--source-nam', 'x')).toBe('there is no option "--source-nam"; did you mean "--source-name"?')
    expect(await refused('--limt', '3')).toBe('there is no option "--limt"; did you mean "--limit"?')
    expect(await refused('--night-min', '3')).toBe('there is no option "--night-min"')
    expect(await refused('--limit', '1', '--columns', 'id,strat')).toBe('there is no column "strat"; did you mean "start"?')
    expect(await refused('--limit', '1', '--order-by', '-strat')).toBe('there is no column to order by "strat"; did you mean "start"?')
    expect(await refused('--limit', '1', '--format', 'jsn')).toBe('there is no format "jsn"; did you mean "json"?')
  })

  test('values that are none, in the words of the command line', async () => {
    expect(await refused('--orbit-min', 'low')).toBe('--orbit-min must be a number such as 42 (of at most 64 bits), was "low"')
    expect(await refused('--start-after', 'soon')).toContain('--start-after must be a date or time such as 2026-11-21')
    expect(await refused('--created-after', 'soon')).toContain('--created-after must be a date or time')
    expect(await refused('--limit', '1e3')).toBe('--limit must be a whole number such as 100, was "1e3"')
    expect(await refused('--night=maybe')).toBe('--night takes no value')
    expect(await refused('--daterange', '2026/x')).toContain('"2026/x" is not a date range')
    expect(await refused('--source-name')).toBe('--source-name needs a value')
  })

  test('what contradicts itself', async () => {
    expect(await refused('--complete', '--no-complete')).toBe('--complete and --no-complete exclude each other')
    expect(await refused('--orbit-min', '1', '--orbit-min', '2')).toBe('--orbit-min may be given once')
  })
})

describe('query files explains', () => {
  test('every filter with --describe', async () => {
    const { out } = await run('--describe', '--format', 'json')
    const filters = JSON.parse(out) as { filter_key: string; option: string | null; type: string; plugin: boolean }[]
    const of = (key: string) => filters.find((one) => one.filter_key === key)
    expect(of('source_name')).toEqual({
      option: '--source-name', filter_key: 'source_name', type: 'text or list', plugin: true, column: 'source_name',
      description: 'source_name is exactly this, or one of the list; % stands for any characters',
    } as never)
    expect(of('created_at_after')).toMatchObject({ option: '--created-after', plugin: false })
    expect(of('_daterange')).toMatchObject({ option: '--daterange' })
    expect(of('format')).toMatchObject({ option: null })
    expect(of('bands')).toBeUndefined()
  })

  test('the filters of the plugin with --help', async () => {
    const { out, code } = await queryHelp(project.directory)
    expect(code).toBe(0)
    expect(out).toMatch(/^ {2}--source-name <text…> +source_name is exactly this/m)
    expect(out).toMatch(/^ {2}--orbit-min <integer> +orbit is at least this/m)
    expect(out).toMatch(/^ {2}--\[no-\]night +night is true or false/m)
    expect(out).toMatch(/^ {2}--daterange <text> /m)
    expect(out).toMatch(/^ {2}--limit <n> /m)
    expect(out).not.toContain('default: true')
  })

  test('itself with --help where there is no project', async () => {
    const { out, code } = await queryHelp('/nowhere')
    expect(code).toBe(0)
    expect(out).toMatch(/^ {2}--watch-name <name…> /m)
    expect(out).toEndWith('In a project whose config is right, the filters of its plugin are listed too.\n')
  })
})

/** As the program asks once `--help` is the command's own. */
const queryHelp = async (cwd: string): Promise<{ out: string; code: number }> => {
  let out = ''
  const args = { positional: [], others: new Map([['help', [true as const]]]), flag: () => false, text: () => undefined, list: () => [] }
  const code = await queryFiles.run(args, {
    out: (text) => void (out += text), err: () => {}, isTerminal: false, cwd, env: {}, configPath: 'config.toml',
    version: 'test', signal: new AbortController().signal, actor: 'test',
  })
  return { out, code }
}
