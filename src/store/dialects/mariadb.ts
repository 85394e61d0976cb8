import type { Dialect } from './dialect.ts'

/** Its own `lower` also lowers what is beyond A to Z. */
const mariadbLower = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].reduce((sql, letter) => `replace(${sql}, '${letter}', '${letter.toLowerCase()}')`, '$1')

const mariadbTable = 'engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin'

/** A statement that makes a table ends what came before it, and an index wants a length of long texts. */
export const mariadb: Dialect = {
  id: 'bigint auto_increment primary key',
  name: 'varchar(255)',
  text: 'longtext',
  json: 'longtext',
  time: 'datetime(3)',
  boolean: 'smallint',
  bigint: 'bigint',
  float: 'double',
  bytes: 'longblob',
  digest: 'varchar(64)',
  only: () => '',
  ofName: (column) => `${column}(255)`,
  ofText: (column) => `${column}(100)`,
  byValue: (column) => `(${column}(255))`,
  now: (laterMs) => `utc_timestamp(3) + interval ${laterMs * 1000} microsecond`,
  ofValue: (column) => `${column}(255)`,
  beginning: null,
  randomId: 'lower(hex(random_bytes(16)))',
  tables: 'select table_name as name from information_schema.tables where table_schema = database()',
  columns: (table) => `select column_name as name,
                   case when data_type in ('int', 'bigint', 'smallint') then data_type else column_type end as type
              from information_schema.columns where table_schema = database() and table_name = '${table}'
             order by ordinal_position`,
  indexes: (table) => `select distinct index_name as name from information_schema.statistics
             where table_schema = database() and table_name = '${table}'`,
  damage: 'check table files, file_components, events',
  idsTaken: null,
  idsTakenIn: null,
  filled: null,
  writtenAt: (column) => `coalesce(convert_tz(${column}, @@global.time_zone, '+00:00'), ${column})`,
  indexesAside: null,
  connections: `select 'connection ' || id || ' of ' || user || ' at ' || host as who from information_schema.processlist
                 where db = database() and id <> connection_id() limit 1`,
  wholeMigrations: false,
  phrases: [
    [/^(create table )(?:if not exists )?(.*\))\s*$/s, `$1if not exists $2 ${mariadbTable}`],
    [/^create (unique )?index (?!if )/, 'create $1index if not exists '],
    [/^(drop index if exists ix_components_\w+)$/, '$1 on file_components'],
    [/^insert or ignore /, 'insert ignore '],
    [/on conflict \(\w+\) do update set/g, 'on duplicate key update'],
    [/\bexcluded\.(\w+)/g, 'values($1)'],
    [/\b(cast\([^()]+ as) text\)/g, '$1 char)'],
    [/\blower\(("\w+")\)/g, mariadbLower],
    [/ desc nulls last/g, ' desc'],
    [/("\w+") asc nulls last/g, '$1 is null, $1 asc'],
  ],
}
