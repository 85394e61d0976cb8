import type { DatabaseConfig } from '../../config/config.ts'
import { Fault } from '../../domain/fault.ts'
import type { Path } from '../../domain/path.ts'
import { configFiles } from '../config-files.ts'
import type { Server } from './address.ts'

/** The server of a config. Certificates are read here; one that is missing is a Fault. */
export const serverFrom = (database: DatabaseConfig): Server => {
  const { engine, name, username, password, host, port, socket, tls } = database
  if (engine === 'sqlite') throw new Error('SQLite has no server')
  const text = (path: Path | null): string | null => (path === null ? null : configFiles.readText(path))
  if (tls.mode.startsWith('verify') && tls.rootCertificate === null && host === null) {
    throw new Fault(`sslmode = "${tls.mode}" needs a host to check`, { remedy: 'set host under [database]' })
  }
  return {
    engine, database: name, username, password, host, port, socket,
    tls: { mode: tls.mode, ca: text(tls.rootCertificate), certificate: text(tls.certificate), key: text(tls.key) },
  }
}
