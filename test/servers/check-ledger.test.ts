import { expect, test } from 'bun:test'
import { checkLedger } from '../../src/store/check-ledger.ts'
import { lastEvent } from '../../src/store/last-event.ts'
import { migrate } from '../../src/store/migrations.ts'
import { onServers, openFresh } from './servers.ts'

onServers('db check', (name) => {
  test('looks at every event of many, also where the engine would move the question elsewhere', async () => {
    const sql = await openFresh(name)
    const many = name === 'mariadb' ? 'select seq from seq_1_to_30000' : 'select seq from generate_series(1, 30000) seq'
    try {
      await migrate(sql, 0)
      await sql.run(`insert into events (component_id, at, stage, actor) select nullif(seq, 3), '2026-01-01', 'record', 'test' from (${many}) numbers`)
      const { events, broken } = await checkLedger(sql, { now: 0, staleMs: 1, progress: async () => undefined })
      expect({ events, broken: broken.map((one) => [one.rule, one.count]) }).toEqual({ events: 30_000, broken: [['event of no component', 29_999]] })
    } finally {
      await sql.close()
    }
  })

  test.skipIf(name !== 'postgresql')('finds the last event of a component by its index, also before the server knows how many there are', async () => {
    const sql = await openFresh(name)
    try {
      await migrate(sql, 0)
      for (const table of ['events', 'file_components']) await sql.run(`alter table ${table} set (autovacuum_enabled = off)`)
      await sql.run(`insert into events (component_id, at, stage, actor)
        select seq, '2026-01-01', 'record', 'test' from generate_series(1, 20000) seq`)
      const plan = await sql.all<{ 'QUERY PLAN': string }>(`explain select ${lastEvent('at', 'c.id')} from file_components c`)
      expect(plan.map((one) => one['QUERY PLAN']).join('\n')).toContain('ix_events_component')
    } finally {
      await sql.close()
    }
  })
})
