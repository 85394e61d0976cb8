import { Fault } from '../../domain/fault.ts'
import type { Engine } from './engine.ts'
import { nameOf, userOf, type Server } from './address.ts'

/** What a server's refusal means for what is to be done. */
export type Trouble =
  | 'refused' | 'login' | 'missing' | 'tls' | 'starting' | 'lost' | 'crowded' | 'full' | 'readonly' | 'slow' | 'waited'
  | 'deadlock' | 'clash' | 'privilege' | 'large' | 'broken'

/** Null for what is no trouble of the server but a bug of ours. */
export const troubleOf = (engine: Engine, error: unknown): Trouble | null => {
  if (!(error instanceof Error)) return null
  const { code, errno } = error as { code?: unknown; errno?: unknown }
  const known = [errno, code].map(String)
  if (code === 'LOST') return 'lost'
  for (const [begin, trouble] of engine.troubles) if (known.some((one) => one.startsWith(begin))) return trouble
  if (known.some((one) => /^(ECONN|EPIPE|ENOENT|EACCES|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|FailedToOpenSocket|DNSException)/.test(one))) return 'refused'
  if (/tls|ssl|certificate|self.signed/i.test(`${known.join(' ')} ${error.message}`)) return 'tls'
  return /connection|closed|socket/i.test(error.message) && !known.some((one) => one.endsWith('_SERVER_ERROR')) ? 'lost' : null
}

/** A database that does not answer, or takes no writes: what goes by, in contrast to what is set up wrongly. */
export class Away extends Fault {}

const goingBy: readonly Trouble[] = ['refused', 'starting', 'lost', 'crowded', 'readonly', 'full', 'slow', 'waited']

type Words = { readonly said: string; readonly remedy: string }

/** In the operator's words. What the server said stands in it where it can hold no credentials. */
export const faultOf = (trouble: Trouble, server: Server, error: unknown): Fault => {
  const { said, remedy } = wordsFor(trouble, server, told(server, error))
  return new (goingBy.includes(trouble) ? Away : Fault)(`${nameOf(server)} ${said}`, { remedy })
}

const wordsFor = (trouble: Trouble, server: Server, message: string): Words => {
  const grantee = server.engine === 'postgresql' ? 'the user of this program' : "this program's user"
  switch (trouble) {
    case 'refused': return { said: 'does not answer', remedy: 'check that the server runs, and host, port or socket under [database]' }
    case 'login': return {
      said: 'refuses the login', remedy: `check username and password under [database] or in secrets.toml, and what the server lets in${
        server.tls.mode === 'disable' || server.tls.mode === 'prefer' ? '' : ', or whether it speaks TLS at all'}`,
    }
    case 'missing': return {
      said: 'is not there', remedy: server.engine === 'postgresql'
        ? `make it: create database "${server.database}" encoding 'UTF8' template template0`
        : `make it: create database \`${server.database}\` character set utf8mb4`,
    }
    case 'tls': return { said: `cannot be reached by TLS as sslmode = "${server.tls.mode}" asks: ${message}`, remedy: 'check sslmode, sslrootcert and the certificate of the server' }
    case 'starting': return { said: 'is starting or stopping', remedy: 'wait until it takes connections' }
    case 'lost': return { said: 'was lost', remedy: 'check that the server runs; what was not committed is done again' }
    case 'crowded': return { said: 'takes no more connections', remedy: 'raise its limit, or close other programs\' connections' }
    case 'full': return { said: `has no room: ${message}`, remedy: 'make room on the disk of the server' }
    case 'readonly': return { said: 'cannot be written: it is read only', remedy: 'let the server take writes again, or name the one that does' }
    case 'slow': return { said: 'took too long for a question, or was told to end it', remedy: 'look at what else the server does' }
    case 'waited': return { said: 'is kept by another writer', remedy: 'look for a process of carbonation or of a person that holds a transaction open' }
    case 'deadlock': return { said: 'could not get two writers past each other', remedy: 'try again' }
    case 'clash': return { said: `holds that row already: ${message}`, remedy: 'try again' }
    case 'privilege': return { said: `refuses ${grantee}: ${message}`, remedy: `let an administrator say: ${grantFor(server, message)}` }
    case 'large': return {
      said: `cannot keep a value: ${message}`, remedy: 'if it names an index of a column of the plugin, drop that index: the next start makes one that takes it; else shorten what the plugin gives',
    }
    case 'broken': return { said: `reports an error of its own: ${message}`, remedy: 'look into the log of the server' }
  }
}

/** PostgreSQL lets nobody but its owner add a column or an index to a table. */
const grantFor = ({ engine, database }: Server, message: string): string => {
  const [, table] = /must be owner of table (\S+)/.exec(message) ?? []
  if (engine === 'mariadb') return `grant all on \`${database}\`.* to USER`
  if (table !== undefined) return `alter table ${table} owner to USER`
  if (message.startsWith('must be owner of')) return allTables
  return ['schema public', 'all tables in schema public', 'all sequences in schema public'].map((one) => `grant all on ${one} to USER`).join('; ')
}

/** An index belongs to whom its table does, which is not told. */
const allTables = [
  'do $$ declare one text; begin',
  'for one in select tablename from pg_tables where schemaname = current_schema() loop',
  "execute format('alter table %I owner to USER', one); end loop; end $$",
].join(' ')

/** One line of what the server said, without the credentials. */
const told = (server: Server, error: unknown): string => {
  const line = (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 300) ?? ''
  const secrets = [server.password, server.username, userOf(server)].filter((one) => one !== null && one.length > 0)
  return secrets.reduce<string>((text, one) => text.replaceAll(String(one), '…'), line)
}
