import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { aService, canBind, canUnshare, inNamespaces, inside, unprivileged } from './noticing.ts'

/** What may happen to a delivery directory while the service runs. */
setDefaultTimeout(60_000)

describe.concurrent('a delivery directory', () => {
  test('that is not there at the start is waited for, and watched once it is', async () => {
    await using service = await aService({ prepare: ({ root }) => rmSync(`${root}/delivery`, { recursive: true }) })
    await service.shows('missing')
    mkdirSync(`${service.project.root}/delivery`)
    await service.shows(/^ok, inotify: local \w+$/)
    service.deliver('a.txt')
    await service.archives(1)
    await service.ends()
  })

  test('that is deleted and made again is missed, watched again, and nothing is lost', async () => {
    await using service = await aService()
    const { root } = service.project
    service.deliver('a.txt')
    await service.archives(1)
    rmSync(`${root}/delivery`, { recursive: true })
    await service.shows(/^missing .*it is not there; check that its directory exists/)
    mkdirSync(`${root}/delivery`)
    service.deliver('b.txt')
    await service.archives(2)
    await service.shows('ok, inotify: local')
    service.deliver('c.txt')
    await service.archives(3)
    await service.ends()
  })

  test('that is renamed away and back loses nothing of what came meanwhile', async () => {
    await using service = await aService()
    const { root } = service.project
    service.deliver('a.txt')
    await service.archives(1)
    renameSync(`${root}/delivery`, `${root}/away`)
    await service.shows('missing')
    writeFileSync(`${root}/away/b.txt`, 'while it was away')
    renameSync(`${root}/away`, `${root}/delivery`)
    await service.archives(2)
    await service.shows('ok, inotify: local')
    service.deliver('c.txt')
    await service.archives(3)
    await service.ends()
    expect(service.project.rows("select 1 from events where to_status = 'cleared'")).toEqual([])
  })

  test.skipIf(!canUnshare)('that is unmounted and mounted again (needs user namespaces) takes nothing for gone', async () => {
    const mounts = 'mkdir -p disk; mount -t tmpfs none disk; mount --bind disk delivery; echo one > delivery/a.txt'
    await using service = await aService({ behind: inNamespaces(mounts) })
    await service.archives(1)
    await service.shows('ok, inotify: local tmpfs')
    inside(service, 'umount delivery; echo below > delivery/below.txt')
    await service.shows('not_mounted')
    inside(service, 'echo two > disk/b.txt; mount --bind disk delivery')
    await service.shows('ok, inotify: local tmpfs')
    inside(service, 'echo three > delivery/c.txt')
    await service.shows('ok')
    const isThere = (name: string) => service.project.standings().includes(`${name} archived`)
    await service.until(() => isThere('b.txt') && isThere('c.txt'), 'what came meanwhile and after')
    expect(service.project.rows("select 1 from events where to_status = 'cleared'")).toEqual([])
    await service.ends()
  })

  test.skipIf(!canBind)('that nobody may read, and may again (needs setpriv where root tests), is read at once', async () => {
    await using service = await aService({ behind: unprivileged })
    const { root } = service.project
    chmodSync(`${root}/delivery`, 0o000)
    service.deliver('a.txt')
    await service.shows('unreadable')
    chmodSync(`${root}/delivery`, 0o755)
    await service.archives(1)
    await service.shows('ok, inotify: local')
    await service.ends()
  })

  test.skipIf(!canBind)('has a directory that nobody may read, and may again (needs setpriv where root tests)', async () => {
    await using service = await aService({
      behind: unprivileged, watch: 'recursive = true',
      prepare: ({ root }) => mkdirSync(`${root}/delivery/shut`, { mode: 0o000 }),
    })
    const { root } = service.project
    service.deliver('open/a.txt', 'shut/b.txt')
    await service.archives(1)
    chmodSync(`${root}/delivery/open`, 0o000)
    service.deliver('open/c.txt')
    chmodSync(`${root}/delivery/shut`, 0o755)
    await service.archives(2)
    chmodSync(`${root}/delivery/open`, 0o755)
    await service.archives(3)
    await service.ends()
  })
})
