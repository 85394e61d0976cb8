import { serverOf, type ServerName } from '../servers/servers.ts'
import { placeOf } from '../../src/edges/servers/address.ts'
import { until } from '../binary/project.ts'

const succeeds = (...command: string[]): boolean =>
  Bun.which(command[0] ?? '') !== null && Bun.spawnSync(command, { stdout: 'ignore', stderr: 'ignore' }).success

/** Hosts of their own, as far as this machine makes some: a network and a name each. */
export const canBeHosts: boolean = process.getuid?.() === 0 && Bun.which('socat') !== null && succeeds('ip', '-V') &&
  succeeds('unshare', '--net', '--uts', 'true')

/** A host in namespaces of its own, whose only way to the server is a link that can be cut. */
export type Host = {
  readonly name: string
  /** Where the server is, for config.toml. */
  readonly place: string
  /** What its programs are started by. */
  readonly behind: readonly string[]
  cut(): void
  mend(): void
  close(): Promise<void>
}

let count = 0

export const aHost = async (server: ServerName): Promise<Host> => {
  const number = (count += 1)
  const name = `h${number}`
  const [space, here, there] = [`carbonation-${process.pid}-${number}`, `cb${process.pid}n${number}`, `cb${process.pid}m${number}`]
  const [own, far] = [`10.${200 + process.pid % 50}.${number}.1`, `10.${200 + process.pid % 50}.${number}.2`]
  const ip = (line: string): void => {
    if (!succeeds('ip', ...line.split(' '))) throw new Error(`ip ${line}`)
  }
  for (const line of [
    `netns add ${space}`, `link add ${here} type veth peer name ${there} netns ${space}`, `addr add ${own}/24 dev ${here}`,
    `link set ${here} up`, `-n ${space} addr add ${far}/24 dev ${there}`, `-n ${space} link set ${there} up`, `-n ${space} link set lo up`,
  ]) ip(line)
  const place = placeOf(serverOf(server, ''))
  const socket = 'path' in place ? place.path : ''
  const port = 15_000 + number
  const relay = Bun.spawn(['socat', `TCP-LISTEN:${port},bind=${own},fork,reuseaddr`, `UNIX-CONNECT:${socket}`], { stdout: 'ignore', stderr: 'ignore' })
  await until(() => succeeds('ip', 'netns', 'exec', space, 'socat', '-u', '/dev/null', `TCP:${own}:${port}`), 'the way to the server')
  return {
    name, place: `host = "${own}"\nport = ${port}`,
    behind: ['ip', 'netns', 'exec', space, 'unshare', '--uts', 'sh', '-c', `hostname ${name}; exec "$@"`, 'sh'],
    cut: () => void succeeds('ip', 'link', 'set', here, 'down'),
    mend: () => void succeeds('ip', 'link', 'set', here, 'up'),
    close: async () => {
      relay.kill()
      await relay.exited
      succeeds('ip', 'link', 'del', here)
      succeeds('ip', 'netns', 'del', space)
    },
  }
}

/** Where no host of its own can be made: a process of this one. */
export const noHost = (server: ServerName): Host => {
  const { socket, port } = serverOf(server, '')
  const unable = (): never => {
    throw new Error('there is no link to be cut')
  }
  return {
    name: `p${(count += 1)}`, place: `socket = "${socket}"\nport = ${port}`, behind: [], cut: unable, mend: unable,
    close: async () => undefined,
  }
}
