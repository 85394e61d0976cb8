import { dlopen, FFIType, ptr, read } from 'bun:ffi'

/** Sends datagrams to one Unix socket. */
export type NotifySocket = {
  /** Throws where it did not arrive within a second. */
  send(text: string): void
}

/** Opens the way to `/path` or, in Linux' abstract namespace, `@name`. Throws where there is none: `bun:ffi`
 *  needs the JIT, which `MemoryDenyWriteExecute=` switches off. */
export const openNotifySocket = (address: string): NotifySocket => {
  const to = socketAddress(address)
  const libc = openLibc()
  const socket = libc.socket(unixDomain, datagram | closeOnExec, 0)
  if (socket < 0) throw lastError(libc, 'socket')
  const aSecond = BigInt64Array.of(1n, 0n)
  libc.setsockopt(socket, socketLevel, sendTimeout, ptr(aSecond), aSecond.byteLength)
  return {
    send(text) {
      const bytes = Buffer.from(text)
      const sent = libc.sendto(socket, ptr(bytes), bytes.length, noSignal, ptr(to), to.length)
      if (sent < 0) throw lastError(libc, `sendto ${address}`)
    },
  }
}

const openLibc = () => dlopen('libc.so.6', {
  socket: { args: [FFIType.i32, FFIType.i32, FFIType.i32], returns: FFIType.i32 },
  setsockopt: {
    args: [FFIType.i32, FFIType.i32, FFIType.i32, FFIType.ptr, FFIType.u32],
    returns: FFIType.i32,
  },
  sendto: {
    args: [FFIType.i32, FFIType.ptr, FFIType.u64, FFIType.i32, FFIType.ptr, FFIType.u32],
    returns: FFIType.i64_fast,
  },
  __errno_location: { args: [], returns: FFIType.ptr },
}).symbols

const lastError = (libc: ReturnType<typeof openLibc>, call: string): Error => {
  const at = libc.__errno_location()
  const number = at === null ? 0 : read.i32(at, 0)
  return new Error(`${call}: ${reasons[number] ?? `errno ${number}`}`)
}

/** errno(3) on Linux, those that a notification may meet. */
const reasons: Readonly<Record<number, string>> = {
  2: 'ENOENT, the socket is not there', 11: 'EAGAIN, it does not take anything for a second',
  13: 'EACCES, permission denied', 111: 'ECONNREFUSED, nobody listens',
}

// Linux, x86-64 and arm64: socket(2), socket(7), send(2), unix(7).
const unixDomain = 1
const datagram = 2
const closeOnExec = 0o2000000
const socketLevel = 1
const sendTimeout = 21
const noSignal = 0x4000
const longestAddressBytes = 107

/** struct sockaddr_un: the family, then the path; the length counts, so an abstract name has no end mark. */
const socketAddress = (address: string): Uint8Array => {
  const path = Buffer.from(address)
  const [kind] = address
  if (kind !== '/' && kind !== '@') throw new Error(`"${address}" is no path and no abstract name`)
  if (path.length > longestAddressBytes) {
    throw new Error(`"${address}" is longer than ${longestAddressBytes} bytes`)
  }
  if (kind === '@') path[0] = 0
  const family = new Uint8Array(Uint16Array.of(unixDomain).buffer)
  return Buffer.concat([family, path, Uint8Array.of(...(kind === '@' ? [] : [0]))])
}
