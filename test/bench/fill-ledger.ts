import { Database } from 'bun:sqlite'

/** Groups of two archived files that were removed from delivery since, as many components as are asked for, beside
 *  what is in the ledger already. Digests are made up, and no two are equal. */
export const fillLedger = (file: string, components: number): void => {
  const db = new Database(file, { readwrite: true })
  try {
    for (const pragma of ['journal_mode = wal', 'synchronous = off', 'cache_size = -400000']) db.run(`pragma ${pragma}`)
    db.transaction(() => {
      for (const statement of statements) db.run(statement, [Math.ceil(components / 2)])
    })()
    db.run('pragma wal_checkpoint(truncate)')
  } finally {
    db.close()
  }
}

/** Odd multipliers give every number below 2^32 its own place, far from its neighbours'. */
const digest = (number: string, salt: string): string =>
  `printf('${salt}%08x%08x%08x', (${number}) * 2654435761 % 4294967296, (${number}) * 2246822519 % 4294967296, ${number})`

const numbers = 'with recursive n (i) as (select 1 union all select i + 1 from n where i < ?1)'
/** One group every 15 seconds, as they come: a million fill half a year. */
const seconds = '1767225600 + 15 * i'
const day = `date(${seconds}, 'unixepoch')`
const at = `strftime('%Y-%m-%d %H:%M:%f', ${seconds}, 'unixepoch')`
const key = "printf('k%08d', i)"

const statements = [
  `insert into files (id, watch_name, group_key, group_digest, complete, archive_name, archive_path, metadata, rules_digest,
     selected_by, routed_by, last_arrival_at, created_at, completed_at, completed_seq, modified_at,
     start, stop, day, category, source)
   ${numbers}
   select i, 'bench', ${key}, ${digest('i', '0000000f')}, 1, 'bench', '/archive/c' || (i % 7) || '/' || ${key} || '.json',
     json_object('start', ${at}, 'stop', ${at}, 'category', 'c' || (i % 7), 'source', 'instrument-' || (i % 50)),
     '00000000000000000000000000000000', 'no selection rules', 'the archive of the watch', ${at}, ${at}, ${at}, i, ${at},
     ${at}, ${at}, ${day}, 'c' || (i % 7), 'instrument-' || (i % 50)
   from n`,
  `insert into file_components (id, watch_name, filename, source_path, path_digest, current_digest, directory_digest, group_id,
     role, archive_name, archive_key, archive_path, archive_digest, size_bytes, mtime_ns, ctime_ns, device, inode, sha256,
     status, in_delivery, in_archive, detected_at, archived_at, cleared_at)
   ${numbers}, side (s, role) as (values (0, '.dat'), (1, '.json'))
   select 2 * i - s, 'bench', ${key} || role, '/delivery/' || ${key} || role, ${digest('2 * i + s', '0000000c')},
     ${digest('2 * i + s', '0000000c')}, '0000000d000000000000000000000000', i, role, 'bench', 'c' || (i % 7) || '/' || ${key} || role,
     '/archive/c' || (i % 7) || '/' || ${key} || role, ${digest('2 * i + s', '0000000a')}, 4096, '1795271095025871604',
     '1795271095025871604', '27', cast(i as text), ${digest('2 * i + s', '0000000b')} || ${digest('2 * i + s', '0000000e')},
     'archived', 0, 1, ${at}, ${at}, ${at}
   from n, side`,
  `insert into events (component_id, group_id, at, from_status, to_status, stage, actor)
   ${numbers}, side (s) as (values (0), (1)), step (old, new, stage) as
     (values (null, 'detected', 'record'), ('detected', 'archived', 'archive'))
   select 2 * i - s, i, ${at}, old, new, stage, stage from n, side, step`,
  "update counters set value = ?1 where name = 'completed_seq'",
]
