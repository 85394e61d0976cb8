import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { aService, type Service } from './noticing.ts'

/** More at once than events can tell of. */
setDefaultTimeout(120_000)

const hardlink = 'base_path = "archive"\ndestination = "kept"\naction = "hardlink"'

/** Groups of ten, which cost less than 50,000 groups of one. */
const tens = `
[r.completeness]
group_by = "stem"
expected_extensions = [".0", ".1", ".2", ".3", ".4", ".5", ".6", ".7", ".8", ".9"]
timeout_minutes = 60
on_timeout = "warn"
`

describe('the service', () => {
  test('that is stopped while 50,000 files arrive loses none: the queue overflows, and the root is scanned', async () => {
    await using service = await aService({ archive: hardlink, rules: tens })
    const { pid } = service.running
    process.kill(pid, 'SIGSTOP')
    await standsStill(service)
    for (let n = 0; n < 50_000; n += 1) writeFileSync(`${service.project.root}/delivery/${Math.floor(n / 10)}.${n % 10}`, '')
    process.kill(pid, 'SIGCONT')
    await service.archives(50_000)
    await service.shows('ok, inotify: local')
    service.deliver(...Array.from({ length: 10 }, (_, n) => `after.${n}`))
    await service.archives(50_010)
    const { err } = await service.ends()
    const length = Number(readFileSync('/proc/sys/fs/inotify/max_queued_events', 'utf8'))
    if (length < 50_000) expect(err).toContain(`its queue was full (fs.inotify.max_queued_events = ${length}); watched again`)
  })
})

describe.concurrent('a recursive watch', () => {
  test('finds what is in directories that come at once with their files', async () => {
    await using service = await aService({ archive: hardlink, watch: 'recursive = true' })
    const names = Array.from({ length: 1000 }, (_, n) => `${n % 10}/${n}/deep/er/${n}.txt`)
    service.deliver(...names)
    await service.archives(1000)
    await service.ends()
  })

  test('finds what is in a directory that is moved in, and follows one that is moved out and back', async () => {
    await using service = await aService({ watch: 'recursive = true' })
    const { root } = service.project
    mkdirSync(`${root}/made/sub`, { recursive: true })
    writeFileSync(`${root}/made/sub/a.txt`, 'one')
    renameSync(`${root}/made`, `${root}/delivery/made`)
    await service.archives(1)
    writeFileSync(`${root}/delivery/made/sub/b.txt`, 'two')
    await service.archives(2)
    renameSync(`${root}/delivery/made`, `${root}/out`)
    writeFileSync(`${root}/out/sub/c.txt`, 'three')
    await service.until(() => service.project.rows('select 1 from file_components where in_delivery = 0').length === 2, 'both to be gone')
    renameSync(`${root}/out`, `${root}/delivery/back`)
    await service.archives(5)
    writeFileSync(`${root}/delivery/back/sub/d.txt`, 'four')
    await service.archives(6)
    await service.ends()
  })
})

/** Ends when every thread of it stands still, which takes a moment on a busy machine. */
const standsStill = ({ running: { pid }, until }: Service): Promise<void> => {
  const isStopped = (thread: string): boolean => /\) [Tt] /.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'))
  return until(() => readdirSync(`/proc/${pid}/task`).every(isStopped), 'the process to stop')
}
