import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { joinPath, showPath, type Path } from '../../domain/path.ts'

/** A database on a server, and how to get to it. */
export type Server = {
  readonly engine: 'postgresql' | 'mariadb'
  readonly database: string
  readonly host: string | null
  readonly port: number | null
  /** A UNIX socket, or the directory that PostgreSQL's stands in. */
  readonly socket: Path | null
  readonly username: string | null
  readonly password: string | null
  readonly tls: Tls
}

/** `prefer` takes TLS where the server has it; `verify-ca` and `verify-full` ask for a certificate that is known, the
 *  latter for this host. */
export type Tls = {
  readonly mode: 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full'
  /** PEM texts. */
  readonly ca: string | null
  readonly certificate: string | null
  readonly key: string | null
}

/** Where the server is: a socket, or a host with its port. */
export type Place = { readonly path: Path } | { readonly hostname: string; readonly port: number }

const defaults = {
  postgresql: { port: 5432, socket: '/var/run/postgresql' },
  mariadb: { port: 3306, socket: '/run/mysqld/mysqld.sock' },
} as const

/** Without a host the socket where the engine's own clients look for it, else this machine. */
export const placeOf = ({ engine, host, port, socket }: Server): Place => {
  const number = port ?? defaults[engine].port
  if (socket === null && host !== null) return { hostname: host, port: number }
  const path = socketFile(engine, socket ?? defaults[engine].socket, number)
  return socket !== null || existsSync(path) ? { path } : { hostname: 'localhost', port: number }
}

/** PostgreSQL names its socket after its port. */
const socketFile = (engine: Server['engine'], path: Path, port: number): Path =>
  engine === 'postgresql' && !/\.s\.PGSQL\.\d+$/.test(path) ? joinPath(path, `.s.PGSQL.${port}`) : path

const labels = { postgresql: 'PostgreSQL', mariadb: 'MariaDB' } as const

/** `the PostgreSQL database "ledger" at db.example.org:5432`; never who asks, nor with what. */
export const nameOf = (server: Server): string => {
  const place = placeOf(server)
  return `the ${labels[server.engine]} database "${server.database}" at ${
    'path' in place ? showPath(place.path) : `${place.hostname}:${place.port}`}`
}

/** Who asks: the name of the config, else that of this process's user. */
export const userOf = ({ username }: Server): string => username ?? userInfo().username
