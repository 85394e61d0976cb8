import { Fault } from '../../src/domain/fault.ts'
import type { Path } from '../../src/domain/path.ts'
import { serve } from '../../src/service/daemon.ts'
import type { DaemonParts } from '../../src/service/daemon-parts.ts'
import { openHeartbeat } from '../../src/service/heartbeat.ts'
import { openHintBook } from '../../src/service/hint-book.ts'
import { openWake } from '../../src/service/wake.ts'
import type { Hint } from '../../src/world.ts'
import { fakeService, type FakeService, type FakeServiceOptions } from './service.ts'

/** A service that runs on and on over fakes, until `stop`. */
export type FakeDaemon = FakeService & {
  readonly live: DaemonParts
  hint(hint: Hint): void
  /** A producer writes, and the watcher tells of it. */
  produce(name: Path, content: string): void
  /** Signals it to stop, and waits until it has. */
  stop(): Promise<void>
  /** What the service manager was told. */
  readonly told: readonly string[]
  /** Called with each round of the loop. */
  onReload: () => void
  /** How often the loop went round. */
  readonly rounds: number
}

export const fakeDaemon = async (
  options: FakeServiceOptions & { readonly unwatchable?: boolean; readonly alter?: (parts: DaemonParts) => DaemonParts } = {},
): Promise<FakeDaemon> => {
  const service = await fakeService(options)
  const { clock } = service
  const parts = await service.open()
  const wake = openWake(clock)
  const hints = openHintBook(wake.up)
  const told: string[] = []
  const end = new AbortController()
  let rounds = 0
  const daemon = {
    onReload: (): void => undefined,
  }
  const identity = { host: 'host', pid: 1, version: 'test', configFile: '/config.toml' }
  const whole: DaemonParts = {
    ...parts, hints, wake,
    watcher: {
      watch: async () => {
        if (options.unwatchable) throw new Fault('it cannot be watched')
        return { backend: 'inotify', reason: 'a fake' }
      },
      unwatch: async () => undefined, close: async () => undefined,
    },
    supervisor: {
      ready: () => void told.push('ready'), alive: () => undefined, status: (text) => void told.push(text),
      stopping: () => void told.push('stopping'),
    },
    heartbeat: openHeartbeat({ ...parts, identity, rulesRefused: () => null, changedSinceStart: () => [] }),
    reload: async () => {
      rounds += 1
      daemon.onReload()
    },
  }
  const live = options.alter?.(whole) ?? whole
  const running = serve(live, end.signal)
  running.catch(() => undefined)
  await clock.advance(0)
  return {
    ...service, live, told,
    hint: hints.note,
    produce: (name, content) => {
      service.tree.write(`/in/${name}`, content)
      hints.note({ is: 'path', root: 'w', path: `/in/${name}` })
    },
    stop: async () => {
      end.abort()
      await clock.through(running)
    },
    get rounds() {
      return rounds
    },
    get onReload() {
      return daemon.onReload
    },
    set onReload(work) {
      daemon.onReload = work
    },
  }
}
