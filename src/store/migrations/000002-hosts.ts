import type { Dialect } from '../dialects/dialect.ts'

/** Several hosts on one database: who takes part, until when, and which groups each has in hand. `fence` numbers
 *  everyone who ever took part, in the order of their beginnings. */
export const hosts = (type: Dialect): string[] => [
  `create table leases (
    fence ${type.bigint} primary key,
    ends_at ${type.time} not null,
    taken_by ${type.bigint},
    host ${type.name} not null,
    pid integer not null,
    process ${type.name} not null,
    config_file ${type.text} not null,
    mode ${type.name} not null,
    standby ${type.boolean} not null default 0,
    watches ${type.json} not null,
    archives ${type.json} not null
  )`,
  `create table claims (group_digest ${type.digest} primary key, fence ${type.bigint} not null)`,
  'create index ix_claims_fence on claims (fence)',
  `insert into counters (name, value) select 'fence', 0 from (select 1 as one) o
    where not exists (select 1 from counters where name = 'fence')`,
]
