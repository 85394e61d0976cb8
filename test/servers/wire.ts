import { serverOf, type ServerName } from './servers.ts'
import { placeOf } from '../../src/edges/servers/address.ts'

/** A port of this machine that leads to a server, until it is cut. */
export type Wire = {
  readonly port: number
  /** What connects from now on is led there. */
  lead(name: ServerName): void
  /** What is connected is lost, and nobody is let in. */
  cut(): void
  close(): void
}

type Ends = { other: Bun.Socket<Ends> | null; readonly waiting: Uint8Array[] }

export const aWire = async (): Promise<Wire> => {
  const open = new Set<Bun.Socket<Ends>>()
  let path: string | null = null
  const pass = (socket: Bun.Socket<Ends>, bytes: Uint8Array) => {
    const { other, waiting } = socket.data
    const sent = other === null || waiting.length > 0 ? 0 : Math.max(other.write(bytes), 0)
    if (sent < bytes.length) waiting.push(bytes.slice(sent))
  }
  const drain = (socket: Bun.Socket<Ends>) => {
    const from = socket.data.other
    for (const waiting = from?.data.waiting ?? []; waiting.length > 0;) {
      const [bytes] = waiting
      if (bytes === undefined) break
      const sent = Math.max(socket.write(bytes), 0)
      waiting.shift()
      if (sent < bytes.length) {
        waiting.unshift(bytes.slice(sent))
        break
      }
    }
  }
  const end = (socket: Bun.Socket<Ends>) => {
    open.delete(socket)
    socket.data.other?.end()
  }
  const listener = Bun.listen<Ends>({
    hostname: '127.0.0.1', port: 0,
    socket: {
      open: (socket) => {
        socket.data = { other: null, waiting: [] }
        if (path === null) return void socket.terminate()
        open.add(socket)
        void Bun.connect<Ends>({
          unix: path, data: { other: socket, waiting: [] },
          socket: {
            open: (far) => {
              socket.data.other = far
              drain(far)
            },
            data: pass, drain, close: end, error: end,
          },
        }).catch(() => socket.terminate())
      },
      data: pass, drain, close: end, error: end,
    },
  })
  return {
    port: listener.port,
    lead: (name) => {
      const place = placeOf(serverOf(name, ''))
      path = 'path' in place ? place.path : null
    },
    cut: () => {
      path = null
      for (const socket of open) socket.terminate()
    },
    close: () => listener.stop(true),
  }
}
