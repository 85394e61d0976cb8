import { expect, test } from 'bun:test'
import { statuses, type Status } from '../../src/domain/status.ts'
import { fromColumn } from '../../src/domain/time.ts'
import { countComponents, planComponents, queryComponents, troubledStatuses, type ComponentFilters } from '../../src/store/query-components.ts'
import { fuzzSeed, seeded } from '../domain/seeded.ts'
import { addComponents, addGroups, aLedger } from './a-ledger.ts'

const random = seeded(fuzzSeed)
const pieces = ['a', 'B', 'b', '_', '!', "'", '"', '\\', '.', '\u00e9', '\u00c9', '\u{1f600}', ' ', '0'] as const
const few = <T>(one: () => T): readonly T[] => Array.from({ length: random.below(5) === 0 ? 1 + random.below(3) : 0 }, one)
const maybeNull = <T>(value: T): T | null => (random.below(4) === 0 ? null : value)
const aTime = () => `2026-03-0${1 + random.below(9)} 10:00:00.000`
const watchNames = ['radar', 'lidar', 'Radar', 'r_dar', "o'"] as const
const digests = Array.from({ length: 6 }, () => Array.from({ length: 64 }, () => '0123456789abcdef'.charAt(random.below(16))).join(''))

const rows = Array.from({ length: 300 }, (_, index) => {
  const filename = `${random.text(pieces, 5)}f`
  return {
    id: index + 1, watch_name: random.pick(watchNames), filename, source_path: `/in/${random.text(pieces, 3)}/${filename}`,
    group_id: 1 + random.below(2), status: random.pick(statuses as unknown as [Status, ...Status[]]), archive_name: maybeNull(random.pick(['main', 'x%y'])),
    sha256: maybeNull(digests[random.below(6)] ?? ''), detected_at: aTime(), error_message: maybeNull(random.text(pieces, 8)),
  }
})

/** A to Z are as a to z, other letters are themselves; `%` stands for any characters. */
const isLike = (text: string | null, pattern: string): boolean => {
  const lower = (one: string) => one.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  const source = lower(pattern).split('%').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[^]*')
  return text !== null && new RegExp(`^${source}$`, 'u').test(lower(text))
}
const occurs = (text: string | null, part: string) => isLike(text, part.includes('%') ? part : `%${part}%`)
const isOneOf = (value: string | null, wanted: readonly string[]) =>
  wanted.length === 0 || wanted.some((one) => (one.includes('%') ? isLike(value, one) : value === one))
const isAny = <T>(wanted: readonly T[], holds: (one: T) => boolean) => wanted.length === 0 || wanted.some(holds)

const passes = (row: (typeof rows)[number], filters: ComponentFilters): boolean => {
  const isUnasked = Object.values(filters).every((one) => one === null || (Array.isArray(one) && one.length === 0))
  if (isUnasked) return troubledStatuses.includes(row.status) && row.group_id === 1
  const at = fromColumn(row.detected_at)
  return isOneOf(row.status, filters.statuses) && isOneOf(row.watch_name, filters.watchNames) && isOneOf(row.archive_name, filters.archives)
    && isAny(filters.names, (name) => occurs(name.includes('/') ? row.source_path : row.filename, name))
    && isAny(filters.sha256, (digest) => row.sha256?.startsWith(digest.toLowerCase()) === true)
    && isAny(filters.reasons, (reason) => occurs(row.error_message, reason))
    && (filters.since === null || at >= filters.since) && (filters.until === null || at <= filters.until)
}

const inText = () => random.text([...pieces, '%', '/', 'in', 'f'], 4)
const aQuestion = (): ComponentFilters => ({
  statuses: few(() => random.pick(statuses as unknown as [Status, ...Status[]])), watchNames: few(() => random.pick([...watchNames, '%adar', 'r%', 'nobody'])),
  archives: few(() => random.pick(['main', 'x%y', 'x%', 'other'])), names: few(inText), reasons: few(inText),
  sha256: few(() => (digests[random.below(6)] ?? '').slice(0, random.below(5)).toUpperCase()),
  since: random.below(5) === 0 ? fromColumn(aTime()) : null, until: random.below(5) === 0 ? fromColumn(aTime()) : null,
})

test(`what is asked of components is what a filter in memory finds (seed ${fuzzSeed})`, async () => {
  const sql = await aLedger()
  await addGroups(sql, {}, { dismissed: 'known' })
  await addComponents(sql, ...rows)
  let found = 0
  for (let round = 0; round < 500; round += 1) {
    const filters = aQuestion()
    const expected = rows.filter((row) => passes(row, filters)).map((row) => row.id)
    const answer = (await queryComponents(sql, planComponents(filters, { limit: 1000, orderBy: 'id' }))).map((row) => row['id'])
    expect([filters, answer]).toEqual([filters, expected])
    expect(await countComponents(sql, filters)).toBe(expected.length)
    if (expected.length > 0 && expected.length < rows.length) found += 1
  }
  expect(found).toBeGreaterThan(60)
  await sql.close()
}, 30_000)
