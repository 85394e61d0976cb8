import type { DatabaseConfig } from './config.ts'
import { anyOf } from './leaf.ts'

const engines = new Map<string, DatabaseConfig['engine']>([
  ['sqlite', 'sqlite'],
  ['postgresql', 'postgresql'],
  ['mariadb', 'mariadb'],
  ['mysql', 'mariadb'],
])

export const drivernameExpected = anyOf([...engines.keys()])

/** The engine behind one of SQLAlchemy's names: `sqlite`, `postgresql+psycopg2`, `mysql+mysqldb`, …;
 *  undefined for databases that carbonation does not speak to. */
export const databaseEngine = (name: unknown): DatabaseConfig['engine'] | undefined => {
  const [, dialect] = (typeof name === 'string' && /^([a-z]+)(?:\+\w+)?$/.exec(name)) || []
  return engines.get(dialect ?? '')
}
