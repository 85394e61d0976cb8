import { plainDatabase } from '../../fakes/builders.ts'
import type { Archive, Config, Watch } from '../../../src/config/config.ts'
import { minute, second } from '../../../src/domain/time.ts'

export const anArchive = (values: Partial<Archive> = {}): Archive => ({
  name: 'archive', destination: '{category}', basePath: '/srv/archive', action: 'copy', createDirectories: true,
  fileMode: 0o440, dirMode: 0o750, verify: 'none', ...values,
})

export const aWatch = (values: Partial<Watch> = {}): Watch => ({
  name: 'watch', type: null, path: '/srv/delivery', recursive: false, patterns: null, ignorePatterns: [],
  rules: 'rules', archive: 'archive', settleMs: 2 * second, ready: 'settle', marker: null, vetoOpen: true, settleMaxMs: 86_400_000, backend: 'auto', canary: false, followSymlinks: false,
  onRedelivery: 'version', redeliveryWaitMs: 20 * second, ...values,
})

export const aConfig = (values: Partial<Config> = {}): Config => ({
  file: '/etc/carbonation/config.toml',
  service: {
    pollIntervalMs: 5 * second, reconcileIntervalMs: minute, heartbeatIntervalMs: minute, scanIntervalMs: 10 * second,
    workers: 4, maxRetries: 3, retryDelayMs: minute, staleThresholdMs: minute, leaseMs: 60_000, isStandby: false, durability: 'full',
  },
  logging: { level: 'INFO', file: null, rotationBytes: 1e7, retentionMs: minute, format: 'text' },
  database: {
    engine: 'sqlite', name: '/var/lib/carbonation/carbonation.db', username: null, password: null, host: null,
    port: null, ...plainDatabase, echo: false,
  },
  plugins: { directory: null, timeoutMs: minute },
  rulesFile: '/etc/carbonation/rules.toml',
  watches: [aWatch()],
  archives: [anArchive()],
  ...values,
})
