import { dlopen, FFIType, read } from 'bun:ffi'
import type { Path } from '../domain/path.ts'
import { cString, secondCString } from './c-string.ts'

/** What the C library offers and `node:fs` does not. Throws where the JIT is switched off. */
const libc = dlopen('libc.so.6', {
  renameat2: { args: [FFIType.i32, FFIType.ptr, FFIType.i32, FFIType.ptr, FFIType.u32], returns: FFIType.i32 },
  syncfs: { args: [FFIType.i32], returns: FFIType.i32 },
  futimens: { args: [FFIType.i32, FFIType.ptr], returns: FFIType.i32 },
  flock: { args: [FFIType.i32, FFIType.i32], returns: FFIType.i32 },
  posix_fadvise: { args: [FFIType.i32, FFIType.i64, FFIType.i64, FFIType.i32], returns: FFIType.i32 },
  statfs: { args: [FFIType.ptr, FFIType.ptr], returns: FFIType.i32 },
  fcntl: { args: [FFIType.i32, FFIType.i32, FFIType.ptr], returns: FFIType.i32 },
  ioctl: { args: [FFIType.i32, FFIType.u64, FFIType.i32], returns: FFIType.i32 },
  __errno_location: { args: [], returns: FFIType.ptr },
}).symbols

/** Of the call before, and of no other. */
export const errno = (): number => {
  const at = libc.__errno_location()
  return at === null ? 0 : read.i32(at, 0)
}

/** A failed call, in the shape of `node:fs` errors. */
export class SystemError extends Error {
  readonly code: string
  readonly syscall: string
  readonly path: string | undefined
  constructor(call: string, number: number, path?: Path) {
    const code = codes[number] ?? `errno ${number}`
    super(`${call}: ${code}`)
    this.code = code
    this.syscall = call
    this.path = path
  }
}

/** errno(3) on Linux, those that are told apart. */
const codes: Readonly<Record<number, string>> = {
  1: 'EPERM', 2: 'ENOENT', 4: 'EINTR', 5: 'EIO', 6: 'ENXIO', 9: 'EBADF', 11: 'EAGAIN', 13: 'EACCES', 16: 'EBUSY', 17: 'EEXIST', 18: 'EXDEV', 20: 'ENOTDIR',
  19: 'ENODEV',
  21: 'EISDIR', 22: 'EINVAL', 23: 'ENFILE', 24: 'EMFILE', 25: 'ENOTTY', 26: 'ETXTBSY', 27: 'EFBIG', 28: 'ENOSPC', 30: 'EROFS', 36: 'ENAMETOOLONG', 38: 'ENOSYS', 39: 'ENOTEMPTY', 95: 'ENOTSUP',
  31: 'EMLINK', 40: 'ELOOP', 110: 'ETIMEDOUT', 116: 'ESTALE', 122: 'EDQUOT',
}

const check = (call: string, result: number): void => {
  if (result !== 0) throw new SystemError(call, errno())
}

const currentDirectory = -100

const rename = (from: Path, to: Path, flags: number): void =>
  check('renameat2', libc.renameat2(currentDirectory, cString(from), currentDirectory, secondCString(to), flags))

/** Renames, and fails with EEXIST where the new name is taken. */
export const renameNoReplace = (from: Path, to: Path): void => rename(from, to, 1)

/** Exchanges two names at once. */
export const renameExchange = (a: Path, b: Path): void => rename(a, b, 2)

/** Makes everything written to this file system durable. Since Linux 5.8 it reports write-back errors that came
 *  after `fd` was opened. */
export const syncfs = (fd: number): void => check('syncfs', libc.syncfs(fd))

/** Sets access and modification time, in nanoseconds since 1970. */
export const futimens = (fd: number, mtimeNs: bigint): void => {
  const seconds = mtimeNs / 1_000_000_000n
  const nanos = mtimeNs % 1_000_000_000n
  const floor = nanos < 0n ? [seconds - 1n, nanos + 1_000_000_000n] as const : [seconds, nanos] as const
  const times = BigInt64Array.of(floor[0], floor[1], floor[0], floor[1])
  check('futimens', libc.futimens(fd, times))
}

/** Takes an exclusive lock on an open file; false where another open file holds it. Ends with the descriptor. */
export const tryLock = (fd: number): boolean => {
  if (libc.flock(fd, 2 | 4) === 0) return true
  const number = errno()
  if (number === 11) return false
  throw new SystemError('flock', number)
}

const FICLONE = 0x40049409

/** Makes a file share all blocks of another one on the same file system, as it is now: ioctl_ficlone(2). What is written
 *  to either later is its own. */
export const cloneInto = (to: number, from: number): void => check('ioctl', libc.ioctl(to, FICLONE, from))

/** Drops a file's pages from the page cache, so that the next read comes from the disk. */
export const dropCache = (fd: number): void => {
  libc.posix_fadvise(fd, 0, 0, 4)
}

/** What a file system says of itself. */
export type FileSystemFacts = {
  readonly magic: number
  readonly id: string
  readonly isReadOnly: boolean
  /** Room for this user. */
  readonly freeBytes: number
}

/** From `struct statfs` of 64-bit Linux: type at 0, block size at 8, available blocks at 32, fsid at 56, flags at 80. */
export const fileSystemId = (path: Path): FileSystemFacts => {
  const [name, buffer] = [cString(path), new BigUint64Array(16)]
  check('statfs', libc.statfs(name, buffer))
  return {
    magic: Number(buffer[0]) >>> 0,
    id: (buffer[7] ?? 0n).toString(16),
    isReadOnly: ((buffer[10] ?? 0n) & 1n) === 1n,
    freeBytes: Number((buffer[4] ?? 0n) * (buffer[1] ?? 0n)),
  }
}

/** Takes an exclusive lock on one byte of an open file; false where another open file holds it. It ends with the
 *  descriptor, so also with the process, however that ends. */
export const tryLockByte = (fd: number, offset: bigint): boolean => {
  const setLock = 37
  const flock = new DataView(new ArrayBuffer(32))
  flock.setInt16(0, 1, true)
  flock.setBigInt64(8, offset, true)
  flock.setBigInt64(16, 1n, true)
  if (libc.fcntl(fd, setLock, new Uint8Array(flock.buffer)) === 0) return true
  const number = errno()
  if (number === 11 || number === 13) return false
  throw new SystemError('fcntl', number)
}
