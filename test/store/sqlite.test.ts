import { openSqlite } from '../../src/edges/sqlite.ts'
import { storeContract } from '../contracts/store.ts'

storeContract('sqlite', () => openSqlite(':memory:', { create: true }))
