import { mariadb } from './dialects/mariadb.ts'
import { postgresql } from './dialects/postgresql.ts'
import { sqlite } from './dialects/sqlite.ts'

/** The engines that a ledger can be kept in. */
export const dialects = { sqlite, postgresql, mariadb }
