import { afterEach, beforeEach, expect, test } from 'bun:test'
import { Fault } from '../../src/domain/fault.ts'
import { openArchives, type Archives } from '../../src/service/archives.ts'
import { archiveStates } from '../../src/store/archive-state.ts'
import type { Sql } from '../../src/world.ts'
import { fakeService, type FakeService } from '../fakes/service.ts'

let service: FakeService
let archives: Archives
let lost: 'nothing' | 'writes' | 'all' = 'nothing'

beforeEach(async () => {
  service = await fakeService()
  const { sql } = service.parts
  const lostOr = <T>(isLost: boolean, answer: () => Promise<T>): Promise<T> => (isLost ? Promise.reject(new Fault('the database was lost')) : answer())
  const losable: Sql = {
    ...sql,
    all: (text, parameters) => lostOr(lost === 'all', () => sql.all(text, parameters)),
    run: (text, parameters) => lostOr(lost !== 'nothing', () => sql.run(text, parameters)),
    transaction: (work) => lostOr(lost !== 'nothing', () => sql.transaction(work)),
  }
  archives = await openArchives({ ...service.parts, sql: losable })
})
afterEach(async () => {
  lost = 'nothing'
  await service.close()
})

test('an archive can be used as soon as the database is back that was lost while it was asked about', async () => {
  lost = 'all'
  await expect(archives.put('main', [])).rejects.toThrow('the database was lost')
  lost = 'nothing'
  expect((await archives.put('main', [])).groups).toEqual([])
  expect(await archives.isAway('main')).toBe(false)
})

test('an end of trouble that the database could not be told of is told when it can', async () => {
  const trouble = async () => (await archiveStates(service.parts.sql)).find((one) => one.name === 'main')?.trouble
  await archives.put('main', [])
  await archives.during('main', async () => {
    await archives.put('main', [])
    expect(await trouble()).toContain('has not answered yet')
  })
  lost = 'writes'
  await expect(archives.put('main', [])).rejects.toThrow('the database was lost')
  lost = 'nothing'
  await archives.put('main', [])
  expect(await trouble()).toBeNull()
})
