import { clock } from '../compose.ts'
import { openWatchers } from '../edges/watchers.ts'
import type { DaemonParts } from '../service/daemon-parts.ts'
import { openHeartbeat } from '../service/heartbeat.ts'
import { openHintBook } from '../service/hint-book.ts'
import { openWake } from '../service/wake.ts'
import type { Service } from './service.ts'

/** What the service needs beyond a pass: eyes, a supervisor, a heartbeat. */
export const openDaemon = (service: Service): DaemonParts => {
  const { parts, identity, rules, supervisor, changedSinceStart } = service
  const wake = openWake(clock)
  const hints = openHintBook(wake.up)
  const { config, files } = parts
  const watcher = openWatchers({
    onHint: hints.note,
    backendOf: (root) => config.watches.find((one) => one.name === root)?.backend ?? 'auto',
    fileSystemOf: files.fileSystemOf,
    scanIntervalMs: config.service.scanIntervalMs,
  })
  return {
    ...parts, watcher, hints, wake, supervisor, reload: rules.check,
    heartbeat: openHeartbeat({ ...parts, identity, rulesRefused: rules.refused, changedSinceStart }),
  }
}
