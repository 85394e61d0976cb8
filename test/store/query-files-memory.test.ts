import { expect, test } from 'bun:test'
import { fromColumn, toColumn, toIso } from '../../src/domain/time.ts'
import type { Columns } from '../../src/plugin/contract.ts'
import { fileColumns } from '../../src/store/query-columns.ts'
import { countFiles, planFiles, planFilesCount, queryFiles } from '../../src/store/query-files.ts'
import { fuzzSeed, seeded } from '../domain/seeded.ts'
import { addGroups, aLedger } from './a-ledger.ts'

const plugin = {
  start: { type: 'datetime' }, stop: { type: 'datetime' }, name: { type: 'string' }, orbit: { type: 'bigint' }, cloud: { type: 'float' }, night: { type: 'boolean' },
} as const satisfies Columns
const columns = fileColumns(plugin, new Set(Object.keys(plugin)))

const random = seeded(fuzzSeed)
const maybeNull = <T>(value: T): T | null => (random.below(5) === 0 ? null : value)
const begin = Date.parse('2026-03-01T00:00:00Z')
const now = begin + 20 * 3_600_000
const anHour = () => begin + random.below(20) * 3_600_000
const names = ['alpha', 'Alpha', 'al_ha', 'al!ha', '007', '7', "o'", 'é', 'É', ''] as const
const orbits = [0, 1, -1, 7, 2 ** 52] as const

const rows = Array.from({ length: 300 }, (_, index) => {
  const [start, stop] = [anHour(), anHour()].toSorted((a, b) => a - b) as [number, number]
  return {
    id: index + 1, is_latest: random.below(4) === 0 ? 0 : 1, start: maybeNull(start), stop: maybeNull(stop), name: maybeNull(random.pick(names)),
    orbit: maybeNull(random.pick(orbits)), cloud: maybeNull(random.below(4) / 4), night: maybeNull(random.below(2)),
  }
})
type Row = (typeof rows)[number]
type Wish = { readonly key: string; readonly value: unknown; readonly holds: (row: Row) => boolean }

const lower = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
const begins = (text: string | null, beginning: string) => text !== null && lower(text).startsWith(lower(beginning))

const aName = (): Wish => {
  const [one, other] = [random.pick(names), random.pick(names)]
  const asked: readonly Wish[] = [
    { key: 'name', value: one, holds: ({ name }) => name === one },
    { key: 'name', value: [one, other], holds: ({ name }) => name === one || name === other },
    { key: 'name', value: [null, one], holds: ({ name }) => name === null || name === one },
    { key: 'name', value: null, holds: ({ name }) => name === null },
    { key: 'name', value: `${one.slice(0, 3)}%`, holds: ({ name }) => begins(name, one.slice(0, 3)) },
    { key: 'name', value: [], holds: () => false },
    { key: 'name', value: undefined, holds: () => true },
  ]
  return asked[random.below(asked.length)] as Wish
}

/** As a number, or as it is typed in a shell. */
const aNumber = (): Wish => {
  const key = random.pick<'orbit' | 'cloud'>(['orbit', 'cloud'])
  const value = key === 'orbit' ? random.pick(orbits) : random.below(5) / 4
  const typed = random.below(2) === 0 ? value : String(value)
  return random.pick<Wish>([
    { key, value: typed, holds: (row) => row[key] === value },
    { key: `${key}_min`, value: typed, holds: (row) => row[key] !== null && row[key] >= value },
    { key: `${key}_max`, value: typed, holds: (row) => row[key] !== null && row[key] <= value },
  ])
}

const aTime = (): Wish => {
  const key = random.pick<'start' | 'stop'>(['start', 'stop'])
  const at = anHour()
  const typed = random.pick<string | Date>([toIso(at), new Date(at), toIso(at).replace('.000', '').replace('Z', '+00:00')])
  return random.pick<Wish>([
    { key: `${key}_after`, value: typed, holds: (row) => row[key] !== null && row[key] >= at },
    { key: `${key}_before`, value: typed, holds: (row) => row[key] !== null && row[key] <= at },
  ])
}

/** Spans that only touch do not meet; an instant meets the span that it ends. */
const aSpan = (): Wish => {
  const [after, before] = [anHour(), anHour()].toSorted((a, b) => a - b) as [number, number]
  const [low, high] = [toIso(after), toIso(before)]
  const meets = ({ start, stop }: Row) =>
    start !== null && stop !== null && (after === before ? start <= after && stop >= after : stop > after && start < before)
  return random.pick<Wish>([
    { key: '_daterange', value: `${low}/${high}`, holds: meets },
    { key: '_daterange', value: [new Date(after), new Date(before)], holds: meets },
    { key: '_daterange', value: `${low}/`, holds: ({ stop }) => stop !== null && stop > after },
    { key: '_daterange', value: `/${low}`, holds: ({ start }) => start !== null && start < after },
    { key: '_age', value: '5h', holds: ({ stop }) => stop !== null && stop > now - 5 * 3_600_000 },
  ])
}

const aNight = (): Wish => {
  const value = random.below(2)
  return { key: 'night', value: random.pick<unknown>([value === 1, value === 1 ? 'true' : 'false']), holds: (row) => row.night === value }
}

test(`what is asked of groups is what a filter in memory finds (seed ${fuzzSeed})`, async () => {
  const sql = await aLedger(plugin)
  const kept = (at: number | null) => (at === null ? null : toColumn(at))
  await addGroups(sql, ...rows.map((row) => ({ ...row, start: kept(row.start), stop: kept(row.stop) })))
  expect(fromColumn(toColumn(begin))).toBe(begin)
  let some = 0
  for (let round = 0; round < 1000; round += 1) {
    const wishes = Array.from({ length: random.below(4) }, () => random.pick([aName, aNumber, aTime, aSpan, aNight])())
    const allGenerations = random.below(2) === 0
    const expected = rows.filter((row) => (allGenerations || row.is_latest === 1) && wishes.every((one) => one.holds(row))).map((row) => row.id)
    const question = { filters: wishes.map(({ key, value }) => ({ key, value, as: key })), orderBy: 'id', limit: 1000, allGenerations }
    const found = (await queryFiles(sql, planFiles(columns, question, now))).map((row) => row['id'])
    expect([question.filters, found]).toEqual([question.filters, expected])
    expect(await countFiles(sql, planFilesCount(columns, question, now))).toBe(expected.length)
    if (expected.length > 0 && expected.length < rows.length) some += 1
  }
  expect(some).toBeGreaterThan(250)
  await sql.close()
}, 30_000)
