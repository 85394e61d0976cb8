import { afterEach, beforeEach, expect, test } from 'bun:test'
import { second } from '../../src/domain/time.ts'
import { pairs } from '../fakes/builders.ts'
import { archived, broken, fakeService, ledger, type FakeService } from '../fakes/service.ts'

let service: FakeService
beforeEach(async () => {
  service = await fakeService({
    watch: { ready: 'checksum', redeliveryWaitMs: second },
    rules: { integrity: [{ type: 'manifest' }], completeness: pairs({ expectedExtensions: [] }) },
  })
})
afterEach(async () => {
  expect(await broken(service)).toEqual([])
  await service.close()
})
const line = (name: string, content: string) =>
  `${content.length},${new Bun.CryptoHasher('sha256').update(content).digest('hex')},${name}\n`
const manifestOf = (files: Readonly<Record<string, string>>) =>
  `%%%% HASHDEEP-1.0\n%%%% size,sha256,filename\n${Object.entries(files).map(([name, content]) => line(name, content)).join('')}`
const both = { 'a.txt': 'one', 'a.json': '1' }

test('members wait for their manifest, and go with it', async () => {
  await service.deliver(both)
  expect(await ledger(service)).toEqual([])
  await service.deliver({ 'a.manifest': manifestOf(both) })
  expect(archived(service)).toEqual({ ...both, 'a.manifest': manifestOf(both) })
})

test('a manifest that came first waits for all that it lists', async () => {
  await service.deliver({ 'a.manifest': manifestOf(both), 'a.txt': 'one' })
  expect(archived(service)).toEqual({})
  expect(await ledger(service)).toContain('a.manifest#1 waiting: it lists a.json, not there yet')
  await service.deliver({ 'a.json': '1' })
  await service.clock.advance(2 * second)
  await service.once()
  expect(Object.keys(archived(service))).toEqual(['a.json', 'a.manifest', 'a.txt'])
})

test('a member of other content or size, or that is not listed, has failed, and nothing of its group goes', async () => {
  await service.deliver({
    ...both, 'a.txt': 'onE', 'a.json': '12', 'a.nc': 'x', 'a.manifest': manifestOf(both),
  })
  expect(archived(service)).toEqual({})
  const said = (await ledger(service)).map((one) => one.replace(/[0-9a-f]{64}/g, '…')).toSorted()
  expect(said).toEqual([
    'a.json#1 integrity_failed: it has 2 bytes, a.manifest says 1',
    'a.manifest#1 waiting: a.json, which it lists, is integrity_failed',
    'a.nc#1 integrity_failed: a.manifest does not list it',
    'a.txt#1 integrity_failed: its SHA-256 is …, a.manifest says …',
  ])
})

test('what failed is mended by another manifest', async () => {
  await service.deliver({ ...both, 'a.manifest': manifestOf({ ...both, 'a.txt': 'two' }) })
  expect(archived(service)).toEqual({})
  await service.deliver({ 'a.manifest': manifestOf(both) })
  expect(Object.keys(archived(service))).toEqual(['a.json', 'a.manifest', 'a.txt'])
})
