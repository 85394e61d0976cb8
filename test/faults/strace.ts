import { readFileSync, rmSync } from 'node:fs'
import { runOnce, type RunEnd } from './project.ts'

/** Whether strace is installed and may trace here. */
export const canTrace = (): boolean => {
  try {
    return Bun.spawnSync(['strace', '-f', '-o', '/dev/null', 'true']).exitCode === 0
  } catch {
    return false
  }
}

/** One system call as strace tells it, with the paths of its descriptors. */
export type Call = { readonly thread: string; readonly name: string; readonly text: string; readonly isStruck: boolean }

export type Traced = RunEnd & { readonly calls: readonly Call[] }

/** What the way of a file into an archive is made of. */
export const protocolCalls = [
  'renameat2', 'rename', 'link', 'symlink', 'unlink', 'unlinkat', 'rmdir', 'mkdir', 'openat', 'write', 'pwrite64',
  'ftruncate', 'fchmod', 'chmod', 'utimensat', 'flock', 'fsync', 'fdatasync', 'syncfs', 'ioctl',
]

/** One pass under strace. `inject` as strace takes it: `renameat2:signal=SIGKILL:when=3`. With a filter in the kernel
 *  strace (6.1) stops for no other call, which is faster, but it sends no signals then. */
export const trace = (root: string, inject: string | null = null, calls: readonly string[] = protocolCalls): Traced => {
  const log = `${root}.trace`
  rmSync(log, { force: true })
  const injected = inject === null ? [] : ['-e', `inject=${inject}`]
  const traced = ['-e', `trace=${calls.join(',')}`, '-e', 'signal=none']
  const quick = inject?.includes('signal=') === true ? [] : ['--seccomp-bpf']
  const end = runOnce(root, ['strace', '-f', ...quick, '-y', '-o', log, ...traced, ...injected])
  return { ...end, calls: callsIn(readFileSync(log, 'latin1')) }
}

/** A call that was interrupted by the trace of another thread is put together again. */
const callsIn = (log: string): readonly Call[] => {
  const open = new Map<string, string>()
  return log.split('\n').flatMap((line) => {
    const [, thread = '', rest = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? []
    if (rest.endsWith('<unfinished ...>')) open.set(thread, rest.slice(0, -'<unfinished ...>'.length))
    if (rest.endsWith('<unfinished ...>')) return []
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)
    const text = resumed === null ? rest : (open.get(thread) ?? '') + (resumed[1] ?? '')
    const name = /^(\w+)\(/.exec(text)?.[1]
    return name === undefined ? [] : [{ thread, name, text, isStruck: text.includes('(INJECTED)') }]
  })
}

/** Which calls to strike, from a run without faults: the n-th of its kind in its thread, as strace counts. Calls that
 *  touch neither archive nor ledger, and what is opened to be read, sources apart, are left out. Of the pages that SQLite writes between
 *  two syncs one in five is enough: until the sync, none of them counts. */
export const strikes = (root: string, calls: readonly Call[]): readonly { readonly name: string; readonly when: number }[] => {
  const counts = new Map<string, number>()
  const found = new Map<string, { name: string; when: number }>()
  for (const { thread, name, text } of calls) {
    const when = (counts.get(`${thread} ${name}`) ?? 0) + 1
    counts.set(`${thread} ${name}`, when)
    if (!text.includes(root) || text.includes('-shm')) continue
    if (text.includes('O_RDONLY') && !text.includes(`"${root}/delivery/`)) continue
    const isPage = name === 'pwrite64' && /ledger\.db(-wal)?>/.test(text)
    if (!isPage || when % 5 === 0) found.set(`${name} ${when}`, { name, when })
  }
  return [...found.values()]
}
