// `npm run test:servers`: the tests of the store and of the program, with every ledger on PostgreSQL, then on MariaDB; and
// all faults of a server, with one packet in three lost between it and the program (`-- 1`: every packet).
import { bun, run } from '../../src/build.mjs'
import { startServers } from './start.mjs'

/** These keep their ledgers in SQLite always. */
const ofFiles = ['hung', 'writer-zoo', 'demo', 'full-database-disk', 'lost-ledger', 'read-only-database'].map((name) => `--path-ignore-patterns=test/binary/${name}.test.ts`)

const servers = await startServers()
try {
  for (const variable of Object.keys(servers.env)) {
    const name = variable.slice('CARBONATION_TEST_'.length).toLowerCase()
    console.log(`\n${name}`)
    Object.assign(process.env, servers.env, { CARBONATION_TEST_LEDGER: name })
    if (!run(bun, 'test', '--parallel=2', '--timeout=60000', ...ofFiles, 'test/store', 'test/binary')) process.exitCode = 1
  }
  console.log('\nfaults of a server')
  delete process.env.CARBONATION_TEST_LEDGER
  process.env.CARBONATION_TEST_FULL = process.argv[2] ?? '3'
  if (!run(bun, 'test', '--parallel=2', '--timeout=60000', 'test/servers', 'test/binary/demo')) process.exitCode = 1
  if (Object.keys(servers.env).length === 0) process.exitCode = 1
} finally {
  await servers.stop()
}
