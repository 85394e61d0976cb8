import { expect } from 'bun:test'
import { aProject, type Project, type ProjectOptions, type Ran, type Running } from '../binary/project.ts'

/** The service over a project, as a user has it, for faults of what it watches. */
export type Service = {
  readonly project: Project
  readonly running: Running
  /** The watch as `status` shows it, in one line. */
  watched(): string
  until(isSo: () => boolean, what: string): Promise<void>
  /** Ends when `status` shows the watch like this. */
  shows(what: string | RegExp): Promise<void>
  /** Ends when so many files are archived. */
  archives(count: number): Promise<void>
  /** Writes files below the delivery directory, where the service sees them by events or by scans. */
  deliver(...names: string[]): void
  /** Stops it; nothing is lost, doubled or unaccounted. */
  ends(): Promise<Ran>
  [Symbol.asyncDispose](): Promise<void>
}

const patienceMs = 100_000

/** Starts the service and waits until it watches. Scans of events that can be trusted are minutes away, so that what
 *  is archived sooner was noticed by other means. */
export const aService = async (options: ProjectOptions & { readonly prepare?: (project: Project) => void } = {}): Promise<Service> => {
  const service = `heartbeat_interval = "0.3s"\nscan_interval = "1s"\ndurability = "none"\n${options.service ?? ''}`
  const project = aProject({ ...options, service })
  options.prepare?.(project)
  const running = project.start('run')
  const watched = (): string => {
    const [row] = project.rows('select detail from watch_state')
    if (row === undefined) return 'not looked at yet'
    const { state, trouble, backend, reason } = JSON.parse(String(row['detail']))
    return `${state}${trouble === null ? '' : ` (${trouble})`}, ${backend}: ${reason}`
  }
  const until = async (isSo: () => boolean, what: () => string): Promise<void> => {
    for (const deadline = performance.now() + patienceMs; !isSo(); await Bun.sleep(100)) {
      if (performance.now() > deadline) throw new Error(`waited in vain: ${what()}`)
    }
  }
  const archived = (): number => Number(project.rows("select count(*) as n from file_components where status = 'archived'")[0]?.['n'] ?? 0)
  const own: Service = {
    project, running, watched,
    until: (isSo, what) => until(isSo, () => `for ${what}; ${watched()}`),
    shows: (what) => until(
      () => (typeof what === 'string' ? watched().includes(what) : what.test(watched())), () => `for ${what}, status shows ${watched()}`,
    ),
    archives: (count) => until(() => archived() === count, () => `${archived()} of ${count} are archived; ${watched()}`),
    deliver: (...names) => project.deliver(Object.fromEntries(names.map((name) => [name, `content of ${name}`]))),
    ends: async () => {
      const ran = await running.stop()
      expect([ran.code, await project.run('db', 'check')]).toMatchObject([0, { code: 0 }])
      return ran
    },
    [Symbol.asyncDispose]: () => project.close(),
  }
  await own.shows(/^(ok|missing)\b/)
  return own
}

/** Whether a command can be run here, and ends well. */
export const succeeds = (...command: string[]): boolean => {
  try {
    return Bun.spawnSync(command).success
  } catch {
    return false
  }
}

/** In namespaces of its own after `preparation`, a line of shell that sees the delivery directory as `$PWD/delivery`. */
export const inNamespaces = (preparation: string): readonly string[] =>
  ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', `set -e; ${preparation}; exec "$@"`, 'sh']

export const canUnshare = succeeds('unshare', '--user', '--map-root-user', '--mount', 'true')

/** Runs a line of shell in the namespaces of the service. */
export const inside = ({ project, running }: Service, line: string): void => {
  const command = ['nsenter', `--target=${running.pid}`, '--user', '--mount', '--preserve-credentials', 'sh', '-c', `cd '${project.root}'; ${line}`]
  const { success, stderr } = Bun.spawnSync(command, { stderr: 'pipe' })
  if (!success) throw new Error(`${line}: ${stderr.toString()}`)
}

/** A user whom permissions bind: root without the right to pass them over, or whoever runs the tests. */
export const unprivileged: readonly string[] =
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search'] : []

export const canBind = succeeds(...unprivileged, 'true')

/** An overlay whose upper directory is written to behind its back: a local file system without events. */
export const canOverlay = succeeds(...inNamespaces(
  'mount -t tmpfs none /tmp; cd /tmp; mkdir low up work all; mount -t overlay overlay -o lowerdir=low,upperdir=up,workdir=work,userxattr all',
), 'true')
