import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { aService, succeeds } from './noticing.ts'

/** A delivery that another machine writes to: two network namespaces, sftp between them, mounted by sshfs. A kernel
 *  with NFS is not asked for; what matters is the same, the writer's changes come without an event. */
setDefaultTimeout(120_000)

const server = '/usr/lib/openssh/sftp-server'
const [here, there] = [`carbonation-${process.pid}-a`, `carbonation-${process.pid}-b`]
const address = '10.211.7.2'
const canConnect =
  ['sshfs', 'socat', 'ip', server].every((one) => Bun.which(one) !== null) &&
  process.getuid?.() === 0 && succeeds('unshare', '--net', '--mount', 'true')

describe.skipIf(!canConnect)('a writer on another machine (needs root, network namespaces, sshfs, socat and sftp-server)', () => {
  const exported = mkdtempSync(`${tmpdir()}/carbonation-export-`)
  const listening = 'TCP-LISTEN:2022,reuseaddr,fork'
  let serving: Bun.Subprocess | null = null

  beforeAll(() => {
    const commands = [
      `netns add ${here}`, `netns add ${there}`,
      `link add v0 netns ${here} type veth peer name v0 netns ${there}`,
      `-n ${here} addr add 10.211.7.1/24 dev v0`, `-n ${here} link set v0 up`,
      `-n ${there} addr add ${address}/24 dev v0`, `-n ${there} link set v0 up`,
    ]
    for (const one of commands) expect([one, succeeds('ip', ...one.split(' '))]).toEqual([one, true])
    serving = Bun.spawn(['ip', 'netns', 'exec', there, 'socat', listening, `EXEC:${server}`], { stdout: 'ignore', stderr: 'ignore' })
  })
  afterAll(async () => {
    serving?.kill()
    await serving?.exited
    for (const one of [here, there]) succeeds('ip', 'netns', 'del', one)
    rmSync(exported, { recursive: true, force: true })
  })

  /** Mounts what is exported in a namespace of the service's own, so that it goes with the service. */
  const mounted = (at: string, more = ''): readonly string[] => [
    'unshare', '--mount', 'sh', '-c',
    `set -e; mkdir -p ${at}; for try in 1 2 3 4 5 6 7 8 9; do ${mounting(at)} 2>/dev/null && break || sleep 0.2; done` +
    `${more}; exec "$@"`, 'sh',
  ]
  const mounting = (at: string): string =>
    `nsenter --net=/run/netns/${here} sshfs -o directport=2022 -o dir_cache=no -o attr_timeout=0 -o entry_timeout=0` +
    ` ${address}:${exported} ${at}`
  const writes = (name: string): void =>
    expect(succeeds('ip', 'netns', 'exec', there, 'sh', '-c', `echo ${name} > ${exported}/${name}`)).toBe(true)

  test('is not listened to, since events are not to be trusted there: the root is scanned from the start', async () => {
    await using service = await aService({ behind: mounted('delivery') })
    await service.shows(/^ok, poll: events of fuse\S* are not to be trusted: scanned every 1 s$/)
    writes('a.txt')
    await service.archives(1)
    await service.ends()
  })

  test('is away while its mount is; what stands there meanwhile is listened to, and nothing is taken for gone', async () => {
    await using service = await aService({ behind: mounted('delivery') })
    const { project, running: { pid } } = service
    const inside = (line: string): void =>
      expect([line, succeeds('nsenter', `--target=${pid}`, '--mount', 'sh', '-c', `cd '${project.root}'; ${line}`)]).toEqual([line, true])
    await service.archives(1)
    inside('umount -l delivery')
    await service.shows(/^not_mounted .*, inotify: local/)
    writes('c.txt')
    inside(mounting('delivery'))
    await service.shows(/^ok, poll: events of fuse/)
    await service.archives(2)
    expect(project.rows("select 1 from events where to_status = 'cleared'")).toEqual([])
    await service.ends()
  })

  test('is found to be unheard of by two scans where the file system looks like a local one', async () => {
    const overlay = '; mkdir low; mount -t overlay overlay -o ro,lowerdir=low:far delivery'
    await using service = await aService({ behind: mounted('far', overlay), service: 'reconcile_interval = "1s"' })
    await service.shows(/^ok, inotify: local overlay$/)
    let count = 2
    const isBlind = () => /came without an event, twice running: scanned every 1 s instead$/.test(service.watched())
    await service.until(() => {
      if (!isBlind()) writes(`b${count++}.txt`)
      return isBlind()
    }, 'the watch to be found blind')
    await service.archives(count)
    await service.ends()
  })
})
