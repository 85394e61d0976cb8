import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import type { Project } from '../binary/project.ts'
import { aService, canBind, canOverlay, canUnshare, inNamespaces, inside, unprivileged } from './noticing.ts'

/** Events that do not come, although nothing says so. */
setDefaultTimeout(120_000)

const recursive = 'recursive = true'
const withDirectories = ({ root }: Project): void => {
  for (let n = 0; n < 6; n += 1) mkdirSync(`${root}/delivery/${n}`, { recursive: true })
}

describe.concurrent('a watch', () => {
  test.skipIf(!canUnshare)('beyond the limit of watched directories is scanned, and not once the limit is raised (needs user namespaces)', async () => {
    const behind = inNamespaces('echo 4 > /proc/sys/user/max_inotify_watches')
    await using service = await aService({ watch: recursive, behind, prepare: withDirectories })
    await service.shows(/^ok, inotify: .*the limit of watched directories is reached \(fs.inotify.max_user_watches = .*: scanned every 1 s$/)
    service.deliver('0/a.txt', '1/a.txt', '2/a.txt', '3/a.txt', '4/a.txt', '5/a.txt')
    await service.archives(6)
    inside(service, 'echo 1000 > /proc/sys/user/max_inotify_watches')
    await service.shows(/^ok, inotify: local \w+$/)
    service.deliver('0/b.txt', '1/b.txt', '2/b.txt', '3/b.txt', '4/b.txt', '5/b.txt')
    await service.archives(12)
    await service.ends()
  })

  test.skipIf(!canUnshare)('without an inotify instance is scanned, and not once there is one (needs user namespaces)', async () => {
    await using service = await aService({ behind: inNamespaces('echo 0 > /proc/sys/user/max_inotify_instances') })
    await service.shows(/^ok, null: no inotify instance is left for this user \(fs.inotify.max_user_instances = .*; raise sysctl/)
    service.deliver('a.txt')
    await service.archives(1)
    inside(service, 'echo 100 > /proc/sys/user/max_inotify_instances')
    await service.shows(/^ok, inotify: local \w+$/)
    service.deliver('b.txt')
    await service.archives(2)
    await service.ends()
  })

  test.skipIf(!canOverlay)('whose events do not come is found out by two scans, scanned instead, and trusted again by evidence (needs an overlay)', async () => {
    const mounts = 'mkdir -p low up work; mount -t overlay overlay -o lowerdir=low,upperdir=up,workdir=work,userxattr delivery'
    await using service = await aService({ behind: inNamespaces(mounts), service: 'reconcile_interval = "1s"' })
    await service.shows('ok, inotify: local overlay')
    const { root } = service.project
    let count = 0
    const isBlind = () => /came without an event, twice running: scanned every 1 s instead$/.test(service.watched())
    await service.until(() => {
      if (!isBlind()) writeFileSync(`${root}/up/${count++}.txt`, 'past the overlay')
      return isBlind()
    }, 'the watch to be found blind')
    await service.archives(count)
    expect(service.project.rows('select 1 from watch_state where json_extract(detail, \'$.missed_hints\') > 0')).toHaveLength(1)
    await service.until(() => {
      if (isBlind()) inside(service, `echo seen > delivery/${count++}.txt`)
      return !isBlind()
    }, 'the watch to be trusted again')
    await service.archives(count)
    await service.ends()
  })

  test.skipIf(!canBind)('with a canary is scanned where none can live, and trusted again when one can (needs setpriv where root tests)', async () => {
    await using service = await aService({
      watch: 'canary = true', behind: unprivileged, prepare: ({ root }) => chmodSync(`${root}/delivery`, 0o555),
    })
    await service.shows(/no file can be made in it to see whether its events arrive \(EACCES\): scanned every 1 s$/)
    service.deliver('a.txt')
    await service.archives(1)
    chmodSync(`${service.project.root}/delivery`, 0o755)
    await service.shows(/^ok, inotify: local \w+$/)
    service.deliver('b.txt')
    await service.archives(2)
    await service.ends()
  })

  test('with a canary is scanned when the canary is not heard, and trusted again when it is', async () => {
    const deaf = ['strace', '-D', '-f', '--seccomp-bpf', '-o', '/dev/null', '-e', 'trace=inotify_add_watch',
      '-e', 'inject=inotify_add_watch:retval=99:when=1..2']
    await using service = await aService({ watch: 'canary = true\nignore_patterns = []', behind: deaf })
    await service.shows(/no event of its canary arrives: scanned every 1 s$/)
    service.deliver('a.txt')
    await service.archives(1)
    await service.shows(/^ok, inotify: local \w+$/)
    service.deliver('b.txt')
    await service.archives(2)
    const { err } = await service.ends()
    expect(err).toContain('its events arrive again')
    expect(service.project.standings()).toEqual(['a.txt archived', 'b.txt archived'])
    expect(service.project.read('delivery/.carbonation-canary')).toBeNull()
  })
})
