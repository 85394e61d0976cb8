import { readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs'
import { baseName, fsPath, pathFromBytes, type Path } from '../domain/path.ts'
import type { Identity } from '../domain/identity.ts'
import type { Instant, Millis } from '../domain/time.ts'
import type { WrittenFile } from '../world.ts'
import { systemClock } from './clock.ts'

/** Something that a process holds: a descriptor, or a mapping that others may write through. */
type Held = { readonly pid: string; readonly fd: string | null; readonly inode: string | null }
type Snapshot = {
  readonly byName: ReadonlyMap<Path, readonly Held[]>
  readonly takenAt: Instant
  /** By the clock that never goes back. */
  readonly freshUntil: Millis
  readonly validUntil: Millis
}

/** A look at every process is used again this long, and longer where it took long, so that it never costs more than a
 *  twentieth of a worker. */
const shortestUseMs: Millis = 250
const shareOfTime = 20
/** And so long for files that had changed before it was taken: whoever wrote them, and still has them open, is in it. */
const longestUseMs: Millis = 10_000

let last: Snapshot = { byName: new Map(), takenAt: -Infinity, freshUntil: -Infinity, validUntil: -Infinity }

/** Who has these files open for writing, as `/proc` tells: `pid 123 (rsync)`. Processes of other users are seen by root
 *  alone, those of other machines by nobody; where there is no `/proc`, nobody writes. */
export const writersOf = (files: readonly WrittenFile[]): (string | null)[] => {
  if (files.length === 0) return []
  const now = systemClock.monotonic()
  const isOutdated = now >= last.freshUntil && files.some((one) => changedAt(one.identity) >= last.takenAt)
  if (isOutdated || now >= last.validUntil) last = snapshot()
  return files.map((file) => {
    const held = last.byName.get(baseName(file.path))?.find((one) => isWritten(one, file))
    return held === undefined ? null : nameOf(held.pid)
  })
}

const changedAt = ({ ctimeNs }: Identity): Instant => Number(BigInt(ctimeNs) / 1_000_000n)

const snapshot = (): Snapshot => {
  const takenAt = systemClock.now()
  const begin = systemClock.monotonic()
  const byName = new Map<Path, Held[]>()
  const add = (path: Path, held: Held) => {
    if (!path.startsWith('/')) return
    const known = byName.get(baseName(path))
    if (known === undefined) byName.set(baseName(path), [held])
    else known.push(held)
  }
  const own = String(process.pid)
  for (const pid of orNothing(() => readdirSync('/proc'))) {
    if (!/^\d+$/.test(pid) || pid === own) continue
    for (const fd of orNothing(() => readdirSync(`/proc/${pid}/fd`))) {
      for (const path of orNothing(() => [pathFromBytes(readlinkSync(`/proc/${pid}/fd/${fd}`, 'buffer'))])) {
        add(path, { pid, fd, inode: null })
      }
    }
    for (const { path, inode } of orNothing(() => mappings(pid))) add(path, { pid, fd: null, inode })
  }
  const end = systemClock.monotonic()
  const freshUntil = end + Math.max(shortestUseMs, (end - begin) * shareOfTime)
  return { byName, takenAt, freshUntil, validUntil: Math.max(freshUntil, end + longestUseMs) }
}

/** Files that a process has mapped shared and writable. */
const mappings = (pid: string): { path: Path; inode: string }[] => {
  const text = pathFromBytes(readFileSync(`/proc/${pid}/maps`))
  return [...text.matchAll(/^\S+ .w.s \S+ \S+ (\d+) +(\/.*)$/gm)].map(([, inode = '', path = '']) => ({ inode, path }))
}

/** The name alone says little: it has to be this very file. */
const isWritten = ({ pid, fd, inode }: Held, { identity }: WrittenFile): boolean => {
  if (inode !== null) return inode === identity.inode
  const [found] = orNothing(() => {
    const link = `/proc/${pid}/fd/${fd}`
    const { ino } = statSync(fsPath(link), { bigint: true })
    const [, flags = '0'] = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'latin1')) ?? []
    return [String(ino) === identity.inode && (Number.parseInt(flags, 8) & accessMode) !== 0]
  })
  return found ?? false
}

/** O_ACCMODE; 0 in it is read only. */
const accessMode = 0o3

const nameOf = (pid: string): string => {
  const [command] = orNothing(() => [readFileSync(`/proc/${pid}/comm`, 'utf8').trim()])
  return command === undefined ? `pid ${pid}` : `pid ${pid} (${command})`
}

/** Processes end, and others are none of our business. */
const orNothing = <T>(ask: () => readonly T[]): readonly T[] => {
  try {
    return ask()
  } catch {
    return []
  }
}
