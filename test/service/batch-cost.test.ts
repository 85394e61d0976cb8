import { afterEach, expect, test } from 'bun:test'
import { recordBatch } from '../../src/store/record-batch.ts'
import { runOnce } from '../../src/service/run-once.ts'
import type { PassParts } from '../../src/service/pass-parts.ts'
import type { Destination, Files, Sql } from '../../src/world.ts'
import { pairs } from '../fakes/builders.ts'
import { counted, sumOf } from '../fakes/counted.ts'
import { fakeService, type FakeService } from '../fakes/service.ts'

let service: FakeService
afterEach(() => service.close())

type Asked = { readonly ledger: number; readonly tree: number; readonly archive: number }

/** What a pass over so many new pairs asks. */
const newPairs = async (count: number): Promise<Asked> => {
  service = await fakeService({ rules: { completeness: pairs() } })
  for (let n = 0; n < count; n += 1) {
    service.tree.write(`/in/p${n}.txt`, `text ${n}`)
    service.tree.write(`/in/p${n}.json`, `{"n":${n}}`)
  }
  await service.clock.advance(60_000)
  const [ledger, tree, archive] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()]
  const parts: PassParts = await service.open()
  const sql = counted<Sql>(parts.sql, ledger)
  const destination = counted<Destination>(service.destination, archive)
  const watched: PassParts = {
    ...parts, sql, files: counted<Files>(parts.files, tree), destination: () => destination,
    record: async (groups, now) => void (await recordBatch(sql, groups, { now, columns: {} })),
  }
  await service.clock.through(runOnce(watched, 'host', new AbortController().signal))
  expect(parts.tally.archived).toBe(2 * count)
  return { ledger: sumOf(ledger), tree: sumOf(tree), archive: sumOf(archive) }
}

test('a batch asks and writes the same number of times, however many groups it is made of', async () => {
  const few = await newPairs(5)
  await service.close()
  expect(await newPairs(400)).toEqual(few)
})
