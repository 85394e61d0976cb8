import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSupervisor } from '../../src/edges/systemd.ts'
import { canListen, listen } from './notify-listener.ts'

let directory = ''
let told: string[] = []
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'carbonation-notify-'))
  told = []
})
afterEach(() => rm(directory, { recursive: true }))

const supervisor = (NOTIFY_SOCKET: string | undefined) => openSupervisor({ NOTIFY_SOCKET }, (reason) => told.push(reason))

const linux = test.skipIf(!canListen)

linux.each([
  ['a path', () => join(directory, 'notify socket')],
  ['an abstract name', () => `@carbonation-test-${process.pid}`],
])('the manager at %s hears every word', (_, name) => {
  using manager = listen(name())
  const { ready, alive, status, stopping } = supervisor(name())
  ready()
  status('3 watches, 17 files')
  alive()
  stopping()
  expect(manager.received()).toEqual(['READY=1', 'STATUS=3 watches, 17 files', 'WATCHDOG=1', 'STOPPING=1'])
  expect(told).toEqual([])
})

linux('a status text is one line, whatever a file name brings along', () => {
  using manager = listen(join(directory, 's'))
  supervisor(join(directory, 's')).status('archived a\nREADY=1\r\nb.txt')
  expect(manager.received()).toEqual(['STATUS=archived a READY=1 b.txt'])
})

linux('a manager that came back is heard again', () => {
  const { alive } = supervisor(join(directory, 's'))
  alive()
  using manager = listen(join(directory, 's'))
  alive()
  expect(manager.received()).toEqual(['WATCHDOG=1'])
})

test.each([undefined, ''])('without a socket (%p) nothing is done or said', (socket) => {
  const { ready, stopping } = supervisor(socket)
  ready()
  stopping()
  expect(told).toEqual([])
})

test.each([
  ['is not there', () => join(directory, 'nobody'), /ENOENT, the socket is not there/],
  ['is of another kind', () => 'vsock:2:1234', /no path/],
  ['has too long a name', () => `/${'x'.repeat(200)}`, /longer than 107/],
])('a socket that %s is told once and costs nothing', (_, name, reason) => {
  const { ready, alive } = supervisor(name())
  ready()
  alive()
  alive()
  expect(told).toEqual([expect.stringMatching(reason)])
})

test('where the JIT is off, and FFI with it, the program goes on and says so once', async () => {
  const program = join(directory, 'program.ts')
  await Bun.write(program, `
    import { openSupervisor } from ${JSON.stringify(join(import.meta.dir, '../../src/edges/systemd.ts'))}
    const supervisor = openSupervisor({ NOTIFY_SOCKET: '/run/nobody' }, (reason) => console.log(reason))
    supervisor.ready()
    supervisor.alive()
    console.log('went on')
  `)
  const run = Bun.spawnSync([process.execPath, program], { env: { ...process.env, BUN_JSC_useJIT: '0' } })
  const said = run.stdout.toString().trim().split('\n')
  expect(said).toEqual([expect.stringContaining('JIT'), 'went on'])
})
