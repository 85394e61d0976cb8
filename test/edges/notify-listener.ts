import { dlopen, FFIType, ptr } from 'bun:ffi'

const libc = process.platform === 'linux' ? dlopen('libc.so.6', {
  socket: { args: [FFIType.i32, FFIType.i32, FFIType.i32], returns: FFIType.i32 },
  bind: { args: [FFIType.i32, FFIType.ptr, FFIType.u32], returns: FFIType.i32 },
  recv: { args: [FFIType.i32, FFIType.ptr, FFIType.u64, FFIType.i32], returns: FFIType.i64_fast },
  close: { args: [FFIType.i32], returns: FFIType.i32 },
}).symbols : undefined

export const canListen = libc !== undefined

/** A service manager's end of the socket: datagrams of a real Unix socket, each at once or not at all. */
export const listen = (name: string) => {
  if (libc === undefined) throw new Error('Linux only')
  const path = Buffer.from(name.replace(/^@/, '\0'))
  const address = Buffer.concat([Uint8Array.of(1, 0), path])
  const socket = libc.socket(1, 2, 0)
  if (libc.bind(socket, ptr(address), address.length) !== 0) throw new Error(`nothing can listen at ${name}`)
  const received = (): string[] => {
    const buffer = Buffer.alloc(4096)
    const doNotWait = 0x40
    const length = Number(libc.recv(socket, ptr(buffer), buffer.length, doNotWait))
    return length < 0 ? [] : [buffer.toString('utf8', 0, length), ...received()]
  }
  return { received, [Symbol.dispose]: () => void libc.close(socket) }
}
