import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { Subprocess } from 'bun'
import type { Path } from '../../src/domain/path.ts'

/** What the kernel drops, refuses or hides. The watcher runs in a process of its own, so that it alone can
 *  be stopped and given limits of its own, in a user namespace where the system allows one. */

type Watching = {
  readonly process: Subprocess<'pipe', 'pipe', 'inherit'>
  /** The next line that holds this text. */
  readonly line: (text: string) => Promise<string>
}

const program = `${import.meta.dir}/watcher-process.ts`
const patienceMs = 12_000
setDefaultTimeout(20_000)
const canUnshare = Bun.spawnSync(['unshare', '--user', '--map-root-user', '--mount', 'true']).success
const queueLength = Number(readFileSync('/proc/sys/fs/inotify/max_queued_events', 'utf8'))

describe('a loss of events', () => {
  let root: Path
  let watching: Watching | null = null

  beforeEach(() => {
    root = mkdtempSync(`${tmpdir()}/inotify-`)
  })
  afterEach(async () => {
    watching?.process.kill('SIGCONT')
    watching?.process.stdin.end()
    await watching?.process.exited
    watching = null
    rmSync(root, { recursive: true, force: true })
  })

  /** Starts the program; in a namespace of its own after `preparation`, a line of shell. */
  const start = (backend: string, preparation: string | null = null): Watching => {
    const command = [process.execPath, program, backend, root]
    const script = `${preparation}; exec "$@"`
    const inNamespace = ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', script, 'sh']
    const started = Bun.spawn(preparation === null ? command : [...inNamespace, ...command], {
      stdin: 'pipe', stdout: 'pipe', stderr: 'inherit',
    })
    watching = { process: started, line: linesOf(started.stdout) }
    return watching
  }

  test.skipIf(queueLength > 100_000).each([
    ['inotify', `the kernel dropped events, its queue was full (fs.inotify.max_queued_events = ${queueLength})`],
    ['fs.watch', 'an event had no name: events were dropped, or the directory itself was touched'],
  ])('is told by %s, and all of the tree is watched again', async (backend, reason) => {
    mkdirSync(`${root}/a`)
    const { process, line } = start(backend)
    await line('"backend"')
    process.kill('SIGSTOP')
    await standstill(process.pid)
    const pair = [`${root}/a/1`, `${root}/a/2`]
    for (let n = 0; n < queueLength + 100; n++) appendFileSync(pair[n % 2] ?? '', 'x')
    mkdirSync(`${root}/unseen/b`, { recursive: true })
    process.kill('SIGCONT')
    const hint = JSON.parse(await line('"is":"root"'))
    expect(hint).toEqual({ is: 'root', root: 'in', lost: false, reason: `${reason}; watched again` })
    writeFileSync(`${root}/unseen/b/file`, '')
    await line('/unseen/b/file')
  })

  test.skipIf(!canUnshare)('by the limit of watched directories names it, and ends when there is room', async () => {
    for (let n = 0; n < 6; n++) mkdirSync(`${root}/${n}`)
    const { line } = start('inotify', 'echo 4 > /proc/sys/user/max_inotify_watches')
    const { backend, reason } = JSON.parse(await line('"backend"'))
    expect([backend, reason]).toEqual(['inotify', expect.stringContaining('fs.inotify.max_user_watches')])
    expect(JSON.parse(await line('"is":"root"'))).toMatchObject({ root: 'in', lost: true, reason })
    for (let n = 0; n < 6; n++) if (n % 2 === 0) rmSync(`${root}/${n}`, { recursive: true })
    expect(JSON.parse(await line('"lost":false'))).toMatchObject({ root: 'in', reason: 'all of it is watched again' })
    for (let n = 1; n < 6; n += 2) writeFileSync(`${root}/${n}/file`, '')
    for (let n = 1; n < 6; n += 2) await line(`${root}/${n}/file`)
  })

  test.skipIf(!canUnshare)('by the limit of instances names it', async () => {
    const { line } = start('inotify', 'echo 0 > /proc/sys/user/max_inotify_instances')
    expect(await line('')).toContain('fs.inotify.max_user_instances')
  })

  test.skipIf(!canUnshare)('by a file system that is mounted over the root, and unmounted, is noticed', async () => {
    const { process, line } = start('inotify', 'true')
    const inside = insideOf(process.pid)
    await line('"backend"')
    inside('mount', '-t', 'tmpfs', 'none', root)
    expect(await line('"is":"root"')).toContain('another directory stands in its place; watched again')
    inside('touch', `${root}/mounted`)
    await line(`${root}/mounted`)
    inside('umount', root)
    // What is noticed first: that it is unmounted, or what stands there now.
    expect(await line('"is":"root"')).toMatch(/(its file system was unmounted|another directory stands in its place); watched again/)
    writeFileSync(`${root}/below`, '')
    await line(`${root}/below`)
  })

  test.skipIf(!canUnshare)('by a file system that is unmounted below the root leaves no directory out', async () => {
    mkdirSync(`${root}/sub`)
    const { process, line } = start('inotify', `mount -t tmpfs none ${root}/sub`)
    await line('"backend"')
    insideOf(process.pid)('umount', `${root}/sub`)
    await line('"is":"directory"')
    writeFileSync(`${root}/sub/below`, '')
    await line(`${root}/sub/below`)
  })
})

/** Runs commands in the namespaces of a process. */
const insideOf = (pid: number) => (...command: string[]): void => {
  const entered = ['nsenter', `--target=${pid}`, '--user', '--mount', '--preserve-credentials', ...command]
  expect(Bun.spawnSync(entered).exitCode).toBe(0)
}

/** Ends when every thread of a stopped process stands still, which takes a moment on a busy machine. */
const standstill = async (pid: number): Promise<void> => {
  const isStopped = (thread: string): boolean => /\) [Tt] /.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'))
  const deadline = performance.now() + patienceMs
  while (!readdirSync(`/proc/${pid}/task`).every(isStopped)) {
    if (performance.now() > deadline) throw new Error('the process does not stop')
    await new Promise(setImmediate)
  }
}

/** Reads on until a line holds the text; fails after a while, or when there are no more. */
const linesOf = (output: ReadableStream<Uint8Array>): Watching['line'] => {
  const reader = output.getReader()
  const decoder = new TextDecoder()
  const passed: string[] = []
  let rest = ''
  const next = async (): Promise<string> => {
    while (!rest.includes('\n')) {
      const { done, value } = await reader.read()
      if (done) throw new Error('the program ended')
      rest += decoder.decode(value, { stream: true })
    }
    const line = rest.slice(0, rest.indexOf('\n'))
    rest = rest.slice(line.length + 1)
    return line
  }
  const find = async (text: string): Promise<string> => {
    for (;;) {
      const line = await next()
      passed.push(line)
      if (line.includes(text)) return line
    }
  }
  return async (text) => {
    const { promise, reject } = Promise.withResolvers<never>()
    const inVain = (): void => reject(new Error(`waited in vain for ${text}; last lines:\n${passed.slice(-5).join('\n')}`))
    const timer = setTimeout(inVain, patienceMs)
    try {
      return await Promise.race([find(text), promise])
    } finally {
      clearTimeout(timer)
    }
  }
}
