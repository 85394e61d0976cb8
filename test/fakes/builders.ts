import type { Archive, Config, ServiceConfig, Watch } from '../../src/config/config.ts'
import type { CompletenessRule, RuleSet } from '../../src/config/rules.ts'
import { newComponent, type Component } from '../../src/domain/component.ts'
import type { Group } from '../../src/domain/group.ts'
import { splitName } from '../../src/domain/group-key.ts'
import type { Identity } from '../../src/domain/identity.ts'
import { baseName, type Path } from '../../src/domain/path.ts'
import { hour, minute, second } from '../../src/domain/time.ts'
import { startOfTime } from './clock.ts'

/** A state of a file that stood still for long. */
export const anIdentity = (more: Partial<Identity> = {}): Identity => ({
  sizeBytes: 100, mtimeNs: '1000000', ctimeNs: '1000000', inode: '7', device: '1', ...more,
})

/** A new file that was just seen: `/in/a.txt`. */
export const aComponent = (path: Path = '/in/a.txt', more: Partial<Component> = {}): Component => {
  const identity = more.identity ?? anIdentity()
  return newComponent({
    path, extension: splitName(baseName(path), []).extension, identity, fresh: identity, detectedAt: startOfTime, ...more,
  })
}

/** One that the ledger has, in this status, and that nobody looked at since. */
export const aKnownComponent = (path: Path, status: Component['status'], more: Partial<Component> = {}): Component => {
  const { fresh: _, ...rest } = aComponent(path, { id: 1, before: status, status, ...more })
  return 'fresh' in more ? { ...rest, fresh: more.fresh ?? null } : rest
}

/** One whose bytes are in the archive under its own name. */
export const anArchivedComponent = (path: Path, more: Partial<Component> = {}): Component => {
  const key = `alpha/${baseName(path)}`
  return aKnownComponent(path, 'archived', {
    sha256: 'a'.repeat(64), place: { archive: 'main', key, path: `/archive/${key}` }, ...more,
  })
}

/** A group of the watch `w`; `members` are components, or extensions of new ones. */
export const aGroup = (
  { members = ['.txt'], ...more }: Partial<Omit<Group, 'members'>> & { members?: readonly (Component | string)[] } = {},
): Group => {
  const key = more.key ?? 'a'
  return {
    id: null, watchName: 'w', fileType: null, key, generation: 1, createdAt: startOfTime, lastArrivalAt: startOfTime,
    complete: false, completedAt: null, completedSeq: null, metadata: null, selectedBy: null, routedBy: null,
    archiveName: null, number: 1, primaryExtension: null, rulesDigest: null, dueAt: null, heldBy: null, warnedAt: null,
    releaseRequested: false, supersedes: false, receipt: null, previous: [], ...more,
    members: members.map((one) => (typeof one === 'string' ? aComponent(`/in/${key}${one}`) : one)),
  }
}

export const aWatch = (more: Partial<Watch> = {}): Watch => ({
  name: 'w', type: null, path: '/in', recursive: false, patterns: null, ignorePatterns: [], rules: 'r', archive: 'main',
  settleMs: 2 * second, ready: 'settle', marker: null, vetoOpen: false, settleMaxMs: 24 * hour,
  backend: 'auto', canary: false, followSymlinks: false, onRedelivery: 'version', redeliveryWaitMs: 20 * second,
  ...more,
})

/** A rule set that takes everything, each file by itself. */
export const aRuleSet = (more: Partial<RuleSet> = {}): RuleSet => ({
  name: 'r', digest: 'rules-1', archive: null, integrity: [], completeness: null, metadataModule: null, selection: [],
  routing: [], ...more,
})

/** Pairs of .txt and .json. */
export const pairs = (more: Partial<CompletenessRule> = {}): CompletenessRule => ({
  groupBy: 'stem', groupFunction: null, expectedExtensions: ['.txt', '.json'], primaryExtension: '.json', timeoutMs: hour,
  onTimeout: 'warn', ...more,
})

export const anArchive = (more: Partial<Archive> = {}): Archive => ({
  name: 'main', destination: 'alpha', basePath: '/archive', action: 'copy', createDirectories: true, fileMode: 0o440,
  dirMode: 0o750, verify: 'none', ...more,
})

export const aServiceConfig = (more: Partial<ServiceConfig> = {}): ServiceConfig => ({
  pollIntervalMs: 5 * second, reconcileIntervalMs: hour, heartbeatIntervalMs: minute, scanIntervalMs: 10 * second,
  workers: 2, maxRetries: 3, retryDelayMs: 30 * minute, staleThresholdMs: 24 * hour, leaseMs: 60_000, isStandby: false, durability: 'none', ...more,
})

/** A database without socket, password file and certificates. */
export const plainDatabase = {
  socket: null, passwordFile: null, tls: { mode: 'prefer', rootCertificate: null, certificate: null, key: null },
} as const

export const aConfig = (
  { service = {}, ...more }: Partial<Omit<Config, 'service'>> & { service?: Partial<ServiceConfig> } = {},
): Config => ({
  file: '/config.toml', service: aServiceConfig(service),
  logging: { level: 'INFO', file: null, rotationBytes: 0, retentionMs: 0, format: 'text' },
  database: { engine: 'sqlite', name: ':memory:', username: null, password: null, host: null, port: null, ...plainDatabase, echo: false },
  plugins: { directory: null, timeoutMs: minute }, rulesFile: '/rules.toml', watches: [aWatch()], archives: [anArchive()],
  ...more,
})
