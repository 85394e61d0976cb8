import { afterEach, beforeEach, expect, test } from 'bun:test'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { aProject, type Project } from './project.ts'

let project: Project
beforeEach(() => {
  project = aProject({ service: 'workers = 1', watch: 'settle_seconds = 0.05' })
})
afterEach(() => project.close())

const waitMs = 20_000

const archivedCount = (): number => Number(project.rows('select count(*) as n from file_components where status = \'archived\'')[0]?.['n'] ?? 0)

const untilArchived = async (count: number): Promise<void> => {
  for (const end = performance.now() + waitMs; archivedCount() < count; await Bun.sleep(20)) {
    if (performance.now() > end) throw new Error(`${archivedCount()} of ${count} files were archived in ${waitMs / 1000} s`)
  }
}

/** What each descriptor is that stays open, by kind: sockets and pipes without their numbers. What is open for a
 *  moment only, as a directory that is read, is in one look and not in the next. */
const handlesOf = async (pid: number): Promise<readonly string[]> => {
  let stayed = openNow(pid)
  for (let look = 0; look < 10; look += 1) {
    await Bun.sleep(30)
    const now = openNow(pid)
    stayed = new Map([...stayed].filter(([fd, what]) => now.get(fd) === what))
  }
  return [...stayed.values()].map((what) => what.replace(/\d+/g, '')).toSorted()
}

const openNow = (pid: number): ReadonlyMap<string, string> =>
  new Map(readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [[fd, readlinkSync(`/proc/${pid}/fd/${fd}`)] as const]
    } catch {
      return []
    }
  }))

const residentMiB = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

// With one worker, since more come to help where a call is slow, and stay.
test('the service holds no more file handles and hardly more memory after many rounds than after a few', async () => {
  const service = project.start('run')
  const perRound = 100
  const round = async (number: number) => {
    project.deliver(Object.fromEntries(Array.from({ length: perRound }, (_, index) => [`r${number}-${index}.txt`, `${number} ${index}`])))
    await untilArchived(number * perRound)
  }
  for (let number = 1; number <= 3; number += 1) await round(number)
  const before = { handles: await handlesOf(service.pid), memory: residentMiB(service.pid) }
  for (let number = 4; number <= 12; number += 1) await round(number)
  expect(await handlesOf(service.pid)).toEqual(before.handles)
  // Nine hundred files: had each left a tenth of a mebibyte behind, it would be seen.
  expect(residentMiB(service.pid) - before.memory).toBeLessThan(60)
}, 60_000)
