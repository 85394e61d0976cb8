// `bun test/servers/ask.ts SERVER DATABASE SQL`: the rows as JSON, for tests that cannot wait for an answer otherwise.
import { openServer } from '../../src/edges/servers/server.ts'
import { administrator, serverNames, serverOf } from './servers.ts'

const [wanted, database = '', sql = ''] = process.argv.slice(2)
const name = serverNames.find((one) => one === wanted)
if (name === undefined) throw new Error(`there is no server ${wanted}`)
if (/^(create|drop) database /.test(sql)) {
  const admin = administrator(name)
  await admin.unsafe(sql)
  await admin.close()
} else {
  const ledger = openServer(serverOf(name, database), { readonly: true })
  const tables = await ledger.all(`select table_name as name from information_schema.tables where table_name = 'ledger' and ${
    name === 'mariadb' ? 'table_schema = database()' : 'table_schema = current_schema()'}`)
  console.log(JSON.stringify(tables.length === 0 ? [] : await ledger.all(sql)))
  await ledger.close()
}
