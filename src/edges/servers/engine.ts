import type { Millis } from '../../domain/time.ts'
import type { Trouble } from './trouble.ts'

/** How an engine is spoken to, as data. */
export type Engine = {
  readonly adapter: 'postgres' | 'mariadb'
  /** `$1`, `$2`, … instead of `?`. */
  readonly numbered: boolean
  /** Text may hold no NUL. */
  readonly refusesNul: boolean
  /** What a fresh connection is told. */
  readonly setUp: (limits: Limits) => readonly string[]
  /** Asks for what keeps this program from working there: `trouble` and `remedy`, a row each. */
  readonly misfits: string
  /** Asks whether it takes no writes: `readonly` is 1 or 0. A replica, or a primary that another one replaced, does not. */
  readonly takesNoWrites: string
  /** Opens a transaction when it is this one's turn to write: writers wait for one another, on all hosts. Where `taken`
   *  is 0 it was not to be had in time. */
  readonly begin: readonly string[]
  /** Ends the turn, after commit or rollback; null where that ends it. */
  readonly end: string | null
  /** The driver's codes, an SQLSTATE or a number, by their beginnings. */
  readonly troubles: readonly (readonly [string, Trouble])[]
  /** Rows that an update found but left as they were are not in its count. */
  readonly countsChanged: boolean
}

export type Limits = {
  readonly readonly: boolean
  readonly statementMs: Millis
  /** How long a writer waits for another, and an open transaction for its next statement. */
  readonly patienceMs: Millis
  /** What a process that was stopped keeps of the server is given back after so long: its open transaction, and its turn to
   *  write. Null: after `patienceMs`, and never. */
  readonly idleMs: Millis | null
  /** Whether a commit waits for the server's disk. */
  readonly durable: boolean
}

const postgresql: Engine = {
  adapter: 'postgres',
  numbered: true,
  refusesNul: true,
  setUp: ({ readonly, statementMs, patienceMs, idleMs, durable }) => [
    `set statement_timeout = ${statementMs}; set lock_timeout = ${patienceMs};
     set idle_in_transaction_session_timeout = ${idleMs ?? patienceMs}; set client_min_messages = warning;
     set tcp_keepalives_idle = 30; set tcp_keepalives_interval = 10; set tcp_keepalives_count = 3; set tcp_user_timeout = 60000;
     set application_name = 'carbonation'; set standard_conforming_strings = on;
     set default_transaction_isolation = 'read committed';
     ${readonly ? 'set default_transaction_read_only = on;' : ''} ${durable ? '' : 'set synchronous_commit = off;'}`,
  ],
  misfits: `select 'its encoding is ' || pg_encoding_to_char(encoding) || ', which cannot hold every name' as trouble,
                   'make one that can: create database "' || datname || '_utf8" encoding ''UTF8'' locale ''C.UTF-8'' template template0'
                     as remedy
              from pg_database where datname = current_database() and pg_encoding_to_char(encoding) <> 'UTF8'
            union all
            select 'it has no schema to make tables in',
                   'let its owner say: create schema if not exists public; grant all on schema public to USER'
             where current_schema() is null
            union all
            select 'its server is PostgreSQL ' || current_setting('server_version'), 'use version 12 or later'
             where current_setting('server_version_num')::integer < 120000`,
  takesNoWrites: `select case when pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' then 1 else 0 end as "readonly"`,
  begin: ['begin', "select pg_advisory_xact_lock(hashtextextended(current_schema() || ' carbonation writers', 0))"],
  end: null,
  countsChanged: false,
  troubles: [
    ['ERR_POSTGRES_CONNECTION_CLOSED', 'lost'], ['ERR_POSTGRES_IDLE_TIMEOUT', 'lost'], ['ERR_POSTGRES_LIFETIME_TIMEOUT', 'lost'],
    ['ERR_POSTGRES_CONNECTION_TIMEOUT', 'refused'], ['ERR_POSTGRES_CONNECTION_REFUSED', 'refused'], ['ERR_POSTGRES_TLS', 'tls'],
    ['57P03', 'starting'], ['57P05', 'lost'], ['57P', 'lost'], ['08', 'lost'], ['25P03', 'lost'], ['28', 'login'], ['3D', 'missing'],
    ['53300', 'crowded'], ['53', 'full'], ['54', 'large'], ['22001', 'large'], ['22003', 'large'], ['22007', 'large'], ['22008', 'large'], ['25006', 'readonly'], ['57014', 'slow'], ['55P03', 'waited'], ['40', 'deadlock'],
    ['23505', 'clash'], ['42501', 'privilege'], ['58', 'broken'], ['XX', 'broken'],
  ],
}

/** What the Python package made is looked at by those who adopt it. */
const notPython = `not exists (select 1 from information_schema.tables a where a.table_schema = database() and a.table_name = 'alembic_version')`

const mariadb: Engine = {
  adapter: 'mariadb',
  numbered: false,
  refusesNul: false,
  setUp: ({ readonly, statementMs, patienceMs, idleMs }) => [
    "set session sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'",
    'set names utf8mb4 collate utf8mb4_nopad_bin',
    `set session max_statement_time = ${statementMs / 1000}, innodb_lock_wait_timeout = ${patienceMs / 1000},
       idle_transaction_timeout = ${Math.ceil((idleMs ?? patienceMs) / 1000)},
       wait_timeout = ${idleMs === null ? 28800 : Math.ceil(idleMs / 1000)}`,
    'set session transaction isolation level read committed',
    ...(readonly ? ['set session transaction read only'] : []),
  ],
  misfits: `select 'its server is MySQL ' || version() || ', which lacks what this program needs' as trouble,
                   'use MariaDB 10.6 or later, or PostgreSQL' as remedy
              from (select 1 as one) o where version() not like '%MariaDB%'
            union all
            select 'its server is MariaDB ' || version(), 'use version 10.6 or later'
              from (select 1 as one) o where version() like '%MariaDB%'
               and substring_index(version(), '.', 1) * 1000 + substring_index(substring_index(version(), '.', 2), '.', -1) < 10006
            union all
            select 'its table ' || table_name || ' has the collation ' || table_collation || ', which takes different names for one',
                   'alter table ' || table_name || ' convert to character set utf8mb4 collate utf8mb4_nopad_bin'
              from information_schema.tables
             where table_schema = database() and table_name in ('files', 'file_components', 'events')
               and table_collation <> 'utf8mb4_nopad_bin' and ${notPython}
            union all
            select 'its table ' || table_name || ' is kept by ' || engine || ', which has no transactions',
                   'alter table ' || table_name || ' engine = InnoDB'
              from information_schema.tables
             where table_schema = database() and table_name in ('files', 'file_components', 'events') and engine <> 'InnoDB'
               and ${notPython}`,
  takesNoWrites: `select case when cast(@@global.read_only as char) in ('0', 'OFF') then 0 else 1 end as "readonly"`,
  begin: ["select get_lock(concat('carbonation ', md5(database())), @@innodb_lock_wait_timeout) as taken", 'start transaction'],
  end: "do release_lock(concat('carbonation ', md5(database())))",
  countsChanged: true,
  troubles: [
    ['ERR_MYSQL_CONNECTION_CLOSED', 'lost'], ['ERR_MYSQL_IDLE_TIMEOUT', 'lost'], ['ERR_MYSQL_LIFETIME_TIMEOUT', 'lost'],
    ['ERR_MYSQL_CONNECTION_TIMEOUT', 'refused'], ['ERR_MYSQL_CONNECTION_REFUSED', 'refused'], ['ERR_MYSQL_TLS', 'tls'],
    ['ERR_MYSQL_AUTHENTICATION_FAILED', 'login'],
    ['1045', 'login'], ['1698', 'login'], ['1049', 'missing'], ['1040', 'crowded'], ['1203', 'crowded'], ['1226', 'crowded'],
    ['1047', 'starting'], ['1129', 'refused'], ['1130', 'login'], ['1251', 'login'], ['1820', 'login'], ['1862', 'login'],
    ['1053', 'lost'], ['1152', 'lost'], ['1158', 'lost'], ['1159', 'lost'], ['1160', 'lost'], ['1161', 'lost'], ['1184', 'lost'], ['1927', 'lost'], ['1969', 'slow'], ['3024', 'slow'], ['1317', 'slow'], ['1205', 'waited'],
    ['1213', 'deadlock'], ['1020', 'deadlock'], ['1062', 'clash'], ['1044', 'privilege'], ['1142', 'privilege'], ['1143', 'privilege'], ['1227', 'privilege'],
    ['1370', 'privilege'], ['1290', 'readonly'], ['1792', 'readonly'], ['1836', 'readonly'], ['1021', 'full'], ['1114', 'full'], ['1026', 'full'],
    ['1153', 'large'], ['1406', 'large'], ['1264', 'large'], ['1292', 'large'],
    ['1034', 'broken'], ['1030', 'broken'], ['1194', 'broken'], ['1877', 'broken'],
  ],
}

export const engines = { postgresql, mariadb } as const
