import { describe, expect, test } from 'bun:test'
import type { IntegrityCheck } from '../../src/config/rules.ts'
import type { Path } from '../../src/domain/path.ts'
import { integrity } from '../../src/pipeline/integrity.ts'
import type { Inspection } from '../../src/world.ts'
import { aComponent, aGroup, anIdentity } from '../fakes/builders.ts'
import { fakeWorld } from '../fakes/world.ts'

const digest = 'e'.repeat(64)
const isRead = (text?: string): Inspection => ({ is: 'read', identity: anIdentity(), sha256: digest, ...(text === undefined ? {} : { text }) })
const namesOf = (count: number) => Array.from({ length: count }, (_, index) => `f${index}.dat`)

const sidecars = (count: number): Record<Path, Inspection> => Object.fromEntries(namesOf(count).flatMap((name) => [
  [`/in/${name}`, isRead()], [`/in/${name}.sha256`, isRead(`${digest}  ${name}\n`)],
]))
const manifest = (count: number): Record<Path, Inspection> => ({
  ...Object.fromEntries(namesOf(count).map((name) => [`/in/${name}`, isRead()])),
  '/in/a.manifest': isRead(namesOf(count).map((name) => `${digest}  ${name}\n`).join('')),
})

/** What one group costs: how often somebody asks for the path of a member, and how often the disk is asked. */
const costOf = async (check: IntegrityCheck, inspections: Record<Path, Inspection>) => {
  let [paths, questions] = [0, 0]
  const members = Object.keys(inspections).map((path) => Object.defineProperty(aComponent(path), 'path', {
    enumerable: true,
    get: () => {
      paths += 1
      return path
    },
  }))
  const world = fakeWorld({ rules: { integrity: [check] }, inspections })
  const inspect: typeof world.files.inspect = (jobs) => {
    questions += 1
    return world.files.inspect(jobs)
  }
  const [decision] = await Promise.all(integrity.run([aGroup({ members })], { ...world, files: { ...world.files, inspect } }))
  expect(decision?.is).toBe('go')
  return { paths, questions, read: world.inspected.length }
}

describe('a group of twice as many members costs twice as much', () => {
  test.each([
    ['whose members have a checksum each', { type: 'checksum', algorithm: 'sha256' }, sidecars],
    ['whose members stand in one manifest', { type: 'manifest' }, manifest],
  ] as const)('%s', async (_, check, delivered) => {
    const [few, many] = [await costOf(check, delivered(100)), await costOf(check, delivered(200))]
    expect(many.paths).toBeLessThan(2.2 * few.paths)
    expect(many.read).toBeLessThan(2.2 * few.read)
    expect(many.questions).toBeLessThanOrEqual(5)
  })
})
