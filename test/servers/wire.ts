import { placeOf } from '../../src/edges/servers/address.ts'
import { serverOf, type ServerName } from './servers.ts'

/** A port of this machine that leads to a server, until it is cut. */
export type Wire = {
  readonly port: number
  /** What connects from now on is led there: to a server of this run, or to a socket. */
  lead(to: ServerName | { readonly path: string }): void
  /** What is connected is lost, and nobody is let in. */
  cut(): void
  /** What is connected is lost. */
  drop(): void
  /** From now on packets are counted from 1, and this one is struck; null strikes none. */
  strike(one: Strike | null): void
  /** How many packets came from each side since the last `strike`. */
  counts(): Counts
  close(): void
}

export type Side = 'client' | 'server'
/** `commits`: those from the client that ask for one, and those from the server that answer. */
export type Counts = Readonly<Record<Side, number>> & { readonly commits: Readonly<Record<Side, readonly number[]>> }
/** What becomes of the n-th packet: it is `lost`, `torn` in half or `passed`; then all connections are lost, or, where
 *  `instead` is given, nothing more comes through them and that is done. */
export type Strike = { readonly from: Side; readonly at: number; readonly how: 'lost' | 'torn' | 'passed'; readonly instead?: () => void }

type Ends = { readonly side: Side; other: Bun.Socket<Ends> | null; readonly waiting: Uint8Array[]; isDead: boolean }

export const aWire = async (): Promise<Wire> => {
  const open = new Set<Bun.Socket<Ends>>()
  const counts = { client: 0, server: 0 }
  let commits: Record<Side, number[]> = { client: [], server: [] }
  let path: string | null = null
  let struck: Strike | null = null
  const drop = () => {
    for (const socket of open) socket.terminate()
  }
  const take = (socket: Bun.Socket<Ends>, bytes: Uint8Array) => {
    const { side } = socket.data
    counts[side] += 1
    if (side === 'client' && /commit\0?$/.test(Buffer.from(bytes).toString('latin1'))) {
      commits.client.push(counts.client)
      commits.server.push(counts.server + 1)
    }
    const isStruck = struck !== null && struck.from === side && struck.at === counts[side]
    if (!isStruck || struck === null) return void pass(socket, bytes)
    const { how, instead = drop } = struck
    if (how !== 'lost') pass(socket, how === 'torn' ? bytes.subarray(0, bytes.length >> 1) : bytes)
    if (instead !== drop) for (const one of open) one.data.isDead = true
    instead()
  }
  const pass = (socket: Bun.Socket<Ends>, bytes: Uint8Array) => {
    const { other, waiting, isDead } = socket.data
    if (isDead) return
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
        socket.data = { side: 'client', other: null, waiting: [], isDead: false }
        if (path === null) return void socket.terminate()
        open.add(socket)
        void Bun.connect<Ends>({
          unix: path, data: { side: 'server', other: socket, waiting: [], isDead: false },
          socket: {
            open: (far) => {
              open.add(far)
              socket.data.other = far
              drain(far)
            },
            data: take, drain, close: end, error: end,
          },
        }).catch(() => socket.terminate())
      },
      data: take, drain, close: end, error: end,
    },
  })
  return {
    port: listener.port,
    lead: (to) => {
      path = typeof to === 'string' ? socketOf(to) : to.path
    },
    cut: () => {
      path = null
      drop()
    },
    drop,
    strike: (one) => {
      struck = one
      counts.client = 0
      counts.server = 0
      commits = { client: [], server: [] }
    },
    counts: () => ({ ...counts, commits }),
    close: () => listener.stop(true),
  }
}

const socketOf = (name: ServerName): string | null => {
  const place = placeOf(serverOf(name, ''))
  return 'path' in place ? place.path : null
}
