import { expect, test } from 'bun:test'
import { dialects } from '../../src/store/dialects.ts'
import { inDelivery } from '../../src/store/in-delivery.ts'
import { migrate, migrations, requireCurrentSchema, schemaVersion } from '../../src/store/migrations.ts'
import { anEmptySql } from '../servers/a-sql.ts'
import { addComponents, addGroups } from './a-ledger.ts'

test('a ledger of an earlier schema is upgraded with what is in it', async () => {
  const sql = await anEmptySql(':memory:')
  await sql.run('create table schema_migrations (number integer primary key, name text, applied_at text)')
  for (const [index, { name, statements }] of migrations.slice(0, 2).entries()) {
    for (const statement of statements(dialects[sql.dialect])) await sql.run(statement)
    await sql.run("insert into schema_migrations (number, name, applied_at) values (?, ?, '2026-01-01 00:00:00.000')", [index + 1, name])
  }
  await addGroups(sql, {})
  await addComponents(sql, { current_digest: 'a', directory_digest: 'd' }, { current_digest: 'b', directory_digest: 'd' })
  await expect(requireCurrentSchema(sql)).rejects.toThrow(`the database has schema 2, this program needs ${migrations.length}`)
  expect(await migrate(sql, 0)).toBe(migrations.length - 2)
  await requireCurrentSchema(sql)
  expect(await inDelivery(sql)).toEqual(new Map([['radar', 2]]))
  const indexes = await sql.all<{ name: string }>(dialects[sql.dialect].indexes('file_components'))
  const names = indexes.map((one) => one.name)
  expect(names).toContain('ix_components_watch')
  expect(names).not.toContain('ix_components_in_delivery')
  expect(await migrate(sql, 0)).toBe(0)
  await sql.close()
})

test('a database that is being made shows no schema in between, also to who looks at it meanwhile', async () => {
  const sql = await anEmptySql(':memory:')
  const shown = new Set<number>()
  await migrate({ ...sql, transaction: (work) => sql.transaction((tx) => work({ ...tx, run: async (text, parameters) => {
    if (!text.includes('schema_migrations')) shown.add(await schemaVersion(tx))
    return tx.run(text, parameters)
  } })) }, 0)
  expect([[...shown], await schemaVersion(sql)]).toEqual([[0], migrations.length])
  await sql.close()
})
