import { dlopen, FFIType } from 'bun:ffi'
import type { SightText } from '../domain/sight.ts'
import type { Path } from '../domain/path.ts'
import { cString } from './c-string.ts'
import { errno } from './libc.ts'

/** statx(2), which `node:fs` wraps in an object of fourteen BigInts a file. Null where the C library has none. */
const open = () => {
  try {
    return dlopen('libc.so.6', {
      statx: { args: [FFIType.i32, FFIType.ptr, FFIType.i32, FFIType.u32, FFIType.ptr], returns: FFIType.i32 },
    }).symbols.statx
  } catch {
    return null
  }
}
const statx = open()

/** What stands at a path; null: nothing does; undefined: `node:fs` has to say. */
export const statxText = (path: Path, followSymlinks: boolean): SightText | null | undefined => {
  if (statx === null || path.includes('\0')) return undefined
  if (statx(currentDirectory, cString(path), followSymlinks ? 0 : noFollow, basicStats, found) === 0) return foundText()
  const number = errno()
  return number === ENOENT || number === ENOTDIR ? null : undefined
}

/** An open file. */
export type OpenFile = {
  readonly text: SightText
  /** Permission bits. */
  readonly mode: number
  readonly inode: string
  readonly device: string
}

/** Null where the call failed, and `node:fs` has to say. */
export const statxOpen = (fd: number): OpenFile | null =>
  statx === null || statx(fd, noName, emptyPath, basicStats, found) !== 0 ? null
    : { text: foundText(), mode: view.getUint16(28, true) & 0o7777, inode: whole(32), device: device() }

const foundText = (): SightText => {
  const kind = kinds[view.getUint16(28, true) & 0o170000] ?? 'o'
  return `${kind}${whole(40)}:${nanoseconds(112)}:${nanoseconds(96)}:${whole(32)}:${device()}`
}

const currentDirectory = -100
const noFollow = 0x100
/** The descriptor itself is meant. */
const emptyPath = 0x1000
const noName = new Uint8Array(1)
const ENOENT = 2
const ENOTDIR = 20
const basicStats = 0x7ff
const kinds: Readonly<Record<number, string>> = { 0o100000: 'f', 0o040000: 'd', 0o120000: 's' }

/** `struct statx` is the same on every architecture: mode at 28, inode 32, size 40, ctime 96, mtime 112, device 136. */
const found = new Uint8Array(256)
const view = new DataView(found.buffer)

/** Decimal, exact beyond 2^53. */
const whole = (at: number): string => {
  const high = view.getUint32(at + 4, true)
  return high < 1 << 21 ? String(high * 2 ** 32 + view.getUint32(at, true)) : String(view.getBigUint64(at, true))
}

/** Since 1970, also before it. */
const nanoseconds = (at: number): string => {
  const nanos = view.getUint32(at + 8, true)
  if (view.getInt32(at + 4, true) === 0) {
    const seconds = view.getUint32(at, true)
    return seconds === 0 ? String(nanos) : `${seconds}${String(nanos).padStart(9, '0')}`
  }
  return String(view.getBigInt64(at, true) * 1_000_000_000n + BigInt(nanos))
}

/** As stat(2) encodes it. */
const device = (): string => {
  const [major, minor] = [view.getUint32(136, true), view.getUint32(140, true)]
  if (major < 4096 && minor < 256) return String(major * 256 + minor)
  const [a, b] = [BigInt(major), BigInt(minor)]
  return String(((a & ~0xfffn) << 32n) | ((a & 0xfffn) << 8n) | ((b & ~0xffn) << 12n) | (b & 0xffn))
}
