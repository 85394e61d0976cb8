import { afterEach, expect, test } from 'bun:test'
import type { ArchiveOptions } from '../../src/service/archive-comparison.ts'
import type { ArchiveReport } from '../../src/service/archive-report.ts'
import { walkArchive } from '../../src/service/archive-walk.ts'
import type { PassParts } from '../../src/service/pass-parts.ts'
import { reconcileArchive } from '../../src/service/reconcile-archive.ts'
import type { Files, Sql } from '../../src/world.ts'
import { anArchive } from '../fakes/builders.ts'
import { fakeClock } from '../fakes/clock.ts'
import { counted, sumOf } from '../fakes/counted.ts'
import { fakeService, type FakeService } from '../fakes/service.ts'
import { fakeTree } from '../fakes/tree.ts'

let service: FakeService | null = null
afterEach(async () => {
  await service?.close()
  service = null
})

type Cost = { readonly report: ArchiveReport; readonly ledger: number; readonly tree: Record<string, number>; readonly tidied: number }

/** What it costs to compare an archive of so many directories with so many files each that the ledger does not know, and
 *  then to compare it again. */
const costOf = async (directories: number, files: number): Promise<{ adopting: Cost; again: Cost }> => {
  service = await fakeService({ watch: { recursive: true } })
  for (let directory = 0; directory < directories; directory += 1) {
    for (let file = 0; file < files; file += 1) service.tree.write(`/archive/d${directory}/f${file}.txt`, `${directory} ${file}`)
  }
  const adopting = await compare(service)
  const again = await compare(service)
  await service.close()
  service = null
  return { adopting, again }
}

const options: Omit<ArchiveOptions, 'archives'> = {
  rootOf: ({ basePath }) => basePath ?? '', paths: [], watch: null, dryRun: false, verify: false, columns: {}, actor: 'ops',
  signal: new AbortController().signal, onProgress: () => undefined,
}

const compare = async ({ open, clock }: FakeService): Promise<Cost> => {
  const [asked, looked] = [new Map<string, number>(), new Map<string, number>()]
  let tidied = 0
  const parts: PassParts = { ...(await open()), tidy: () => void (tidied += 1) }
  const watched = { ...parts, sql: counted<Sql>(parts.sql, asked), files: counted<Files>(parts.files, looked) }
  const report = await clock.through(reconcileArchive(watched, { ...options, archives: parts.config.archives }))
  return { report, ledger: sumOf(asked), tree: Object.fromEntries(looked), tidied }
}

test('an archive of many small directories is asked no more often than one of a few, and neither is the ledger', async () => {
  const [few, many] = [await costOf(2, 90), await costOf(90, 2)]
  expect([many.adopting.report.created, many.again.report.found]).toEqual([180, 180])
  expect(many.again).toEqual(few.again)
  expect(many.adopting).toEqual(few.adopting)
})

test('what a large archive leaves in memory is freed while it is compared, not when all is over', async () => {
  const [few, many] = [await costOf(1, 2), await costOf(1, 2500)]
  expect(many.again.tidied).toBeGreaterThanOrEqual(few.again.tidied + 4)
})

test('many archives are held against one walk through the ledger', async () => {
  const walks = async (count: number) => {
    const own = service = await fakeService()
    await own.deliver({ 'a.txt': 'one' })
    for (let at = 0; at < count; at += 1) own.tree.mkdir(`/other/${at}`)
    const parts = await own.open()
    const archives = [...parts.config.archives, ...Array.from({ length: count }, (_, at) => anArchive({ name: `a${at}`, basePath: `/other/${at}` }))]
    let asked = 0
    const sql: Sql = {
      ...parts.sql,
      all: (text, parameters) => {
        if (text.includes('file_components')) asked += 1
        return parts.sql.all(text, parameters)
      },
    }
    const report = await own.clock.through(reconcileArchive({ ...parts, sql, config: { ...parts.config, archives } }, { ...options, archives }))
    expect(report.found).toBe(1)
    await own.close()
    service = null
    return asked
  }
  expect(await walks(30)).toBe(await walks(1))
})

test('of a large directory no more is looked at than what is in hand and three questions ahead', async () => {
  const tree = fakeTree(fakeClock(), '/in')
  for (let file = 0; file < 9000; file += 1) tree.write(`/archive/f${file}.txt`, '')
  let [looked, handed, most] = [0, 0, 0]
  const glance: Files['glance'] = (paths, followSymlinks) => {
    looked += paths.length
    return tree.glance(paths, followSymlinks)
  }
  for await (const { standing } of walkArchive(['/archive'], new Set(), { ...tree, glance })) {
    most = Math.max(most, looked - 1 - handed)
    handed += standing.length
  }
  expect([handed, most]).toEqual([9000, 4000])
})
