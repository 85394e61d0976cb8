import { storeContract } from '../contracts/store.ts'
import { onServers, openFresh } from '../servers/servers.ts'

onServers('the store contract', (name) => storeContract(name, () => openFresh(name)))
