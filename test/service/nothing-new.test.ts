import { afterEach, expect, test } from 'bun:test'
import { runOnce } from '../../src/service/run-once.ts'
import type { PassParts } from '../../src/service/pass-parts.ts'
import type { Files, Sql } from '../../src/world.ts'
import { counted, sumOf } from '../fakes/counted.ts'
import { fakeService, type FakeService } from '../fakes/service.ts'

let service: FakeService
afterEach(() => service.close())

/** What a pass over so many known files in each of so many directories asks of the ledger and of the delivery tree. */
const passOver = async (directories: number, files: number): Promise<{ ledger: number; tree: Record<string, number> }> => {
  service = await fakeService({ watch: { recursive: true } })
  const delivery: Record<string, string> = {}
  for (let directory = 0; directory < directories; directory += 1) {
    for (let file = 0; file < files; file += 1) delivery[`d${directory}/f${file}.txt`] = `${directory} ${file}`
  }
  await service.deliver(delivery)
  await service.clock.advance(60_000)
  const [asked, looked] = [new Map<string, number>(), new Map<string, number>()]
  const parts: PassParts = await service.open()
  const watched = { ...parts, sql: counted<Sql>(parts.sql, asked), files: counted<Files>(parts.files, looked) }
  await service.clock.through(runOnce(watched, 'host', new AbortController().signal))
  expect(parts.tally.lookedAt).toBe(0)
  return { ledger: sumOf(asked), tree: Object.fromEntries(looked) }
}

test('a pass with nothing new asks the ledger no more often for many small directories and files than for a few', async () => {
  const few = await passOver(2, 5)
  await service.close()
  const many = await passOver(2, 400)
  expect(many.ledger).toBe(few.ledger)
  await service.close()
  const wide = await passOver(90, 5)
  expect(wide.ledger).toBe(few.ledger)
})

test('a pass with nothing new looks at small directories together, twice: their names, and what stands there', async () => {
  expect((await passOver(3, 200)).tree).toMatchObject({ listSome: 2, glance: 2 })
})
