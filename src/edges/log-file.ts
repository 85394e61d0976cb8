import { constants } from 'node:fs'
import { access, lstat, mkdir, open, readdir, realpath, rename, stat, unlink } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { baseName, fsPath, joinPath, parentOf, pathFromBytes, type Path } from '../domain/path.ts'
import { day, type Instant, type Millis } from '../domain/time.ts'

/** A log file that several processes may write to: whole lines are appended, and one that another process (or
 *  logrotate) moved away or removed is opened anew. */
export type LogFile = {
  /** Appends whole lines; rejects where they could not be written in full. */
  append(text: string, now: Instant): Promise<void>
  close(): Promise<void>
}

export type LogFileOptions = {
  readonly path: Path
  /** Grown beyond this the file is renamed to `name.2026-11-21_10-00-00-000.PID.ext` and begun again. */
  readonly rotationBytes: number
  /** Rotated files whose last line is older than this are removed: at the first line, at each rotation,
   *  daily. */
  readonly retentionMs: Millis
  /** What could not be rotated or removed; the lines are written all the same. */
  readonly onTrouble: (error: unknown) => void
}

export const logFile = ({ path, rotationBytes, retentionMs, onTrouble }: LogFileOptions): LogFile => {
  let handle: FileHandle | undefined
  let cleanedAt: Instant | undefined
  let midLine = false

  const reopen = async (): Promise<FileHandle> => {
    await close()
    midLine = false
    return (handle = await openForAppending(path))
  }

  const close = async (): Promise<void> => {
    const old = handle
    handle = undefined
    await old?.close()
  }

  const unlessGone = (error: unknown): void => {
    if (!isGone(error)) onTrouble(error)
  }

  const clean = async (now: Instant): Promise<void> => {
    cleanedAt = now
    await removeOlder(path, now - retentionMs).catch(unlessGone)
  }

  const rotate = async (now: Instant): Promise<FileHandle | undefined> => {
    try {
      await moveAside(path, now)
    } catch (error) {
      unlessGone(error)
      return handle
    }
    const fresh = await reopen()
    await clean(now)
    return fresh
  }

  /** The handle to write to: opened anew, rotated, or the one at hand. */
  const current = async (bytes: number, now: Instant): Promise<FileHandle> => {
    const opened = handle !== undefined && await isStillAt(handle, path) ? handle : await reopen()
    if (cleanedAt === undefined || now - cleanedAt >= day) await clean(now)
    const { size, isRegular } = await sizeOf(opened)
    const isDue = isRegular && size > 0 && size + bytes > rotationBytes
    return (isDue ? await rotate(now) : opened) ?? opened
  }

  return {
    async append(text, now) {
      const bytes = Buffer.from(midLine ? `\n${text}` : text)
      const target = await current(bytes.length, now)
      midLine = true
      await writeAll(target, bytes)
      midLine = false
    },
    close,
  }
}

/** Not blocking, so that a pipe nobody reads is an error and not a thread that hangs. */
const appending = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK

const openForAppending = async (path: Path): Promise<FileHandle> => {
  await mkdir(fsPath(parentOf(path)), { recursive: true })
  return open(fsPath(path), appending, 0o640)
}

const isStillAt = async (handle: FileHandle, path: Path): Promise<boolean> => {
  const [mine, there] = await Promise.all([
    handle.stat({ bigint: true }),
    stat(fsPath(path), { bigint: true }).catch(() => undefined),
  ])
  return mine.ino === there?.ino && mine.dev === there.dev
}

const sizeOf = async (handle: FileHandle) => {
  const state = await handle.stat()
  return { size: state.size, isRegular: state.isFile() }
}

/** A full disk takes the first part of a write and refuses the rest only when asked again. */
const writeAll = async (handle: FileHandle, bytes: Uint8Array): Promise<void> => {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, at)
    if (bytesWritten === 0) throw new Error('nothing more could be written')
    at += bytesWritten
  }
}

/** A link stays where it is: what it leads to is renamed. The process in the name keeps two that rotate in
 *  the same millisecond from meeting. */
const moveAside = async (path: Path, now: Instant): Promise<void> => {
  const real = await realPathOf(path)
  const { stem, extension } = partsOf(real)
  const stamp = new Date(now).toISOString().replace('T', '_').replaceAll(/[:.]/g, '-').replace('Z', '')
  for (let number = 1; ; number += 1) {
    const aside = `${stem}.${stamp}.${process.pid}${number === 1 ? '' : `-${number}`}${extension}`
    const isFree = await access(fsPath(aside)).then(() => false, () => true)
    if (isFree) return rename(fsPath(real), fsPath(aside))
  }
}

const removeOlder = async (path: Path, before: Instant): Promise<void> => {
  const real = await realPathOf(path)
  const { stem, extension } = partsOf(real)
  const names = await readdir(fsPath(parentOf(real)), { encoding: 'buffer' })
  for (const name of names.map(pathFromBytes)) {
    if (!isRotated(name, baseName(stem), extension)) continue
    const file = fsPath(joinPath(parentOf(real), name))
    const state = await lstat(file).catch(() => undefined)
    if (state?.isFile() && state.mtimeMs < before) await unlinkUnlessGone(file)
  }
}

/** Another process that rotates or cleans up at the same time was faster. */
const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

const unlinkUnlessGone = async (file: string | Buffer): Promise<void> => {
  try {
    await unlink(file)
  } catch (error) {
    if (!isGone(error)) throw error
  }
}

const isRotated = (name: Path, stem: Path, extension: string): boolean =>
  name.startsWith(`${stem}.`) && name.endsWith(extension) &&
  stampAndProcess.test(name.slice(stem.length + 1, name.length - extension.length))

const stampAndProcess = /^\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d-\d{3}\.\d+(-\d+)?$/

const partsOf = (path: Path): { stem: Path; extension: string } => {
  const extension = /[^/](\.[^./]*)$/.exec(path)?.[1] ?? ''
  return { stem: path.slice(0, path.length - extension.length), extension }
}

const realPathOf = async (path: Path): Promise<Path> =>
  pathFromBytes(await realpath(fsPath(path), { encoding: 'buffer' }))
