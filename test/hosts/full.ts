// `npm run test:hosts`: hosts that share 20,000 groups under random pauses, kills and cuts, ten times on PostgreSQL (or as
// many times as is said, on another server: `npm run test:hosts -- 3 mariadb`).
import { serverNames, type ServerName } from '../servers/servers.ts'
import { chaos } from './chaos.ts'
import { aCluster } from './cluster.ts'
import { canBeHosts } from './network.ts'

const [times = '10', engine = 'postgresql', groups = '20000', action = 'copy'] = process.argv.slice(2)
const server: ServerName = serverNames.find((one) => one === engine) ?? 'postgresql'
let failed = 0
console.log(canBeHosts ? 'each host in namespaces of its own' : 'NO namespaces here (root, ip, socat): processes of this host, which are never cut off')
for (let time = 1; time <= Number(times); time += 1) {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  const cluster = await aCluster(server, { hosts: 2, lease: '3s', isolated: canBeHosts, action: action === 'move' ? 'move' : 'copy' })
  try {
    const { struck, seconds, wrongs } = await chaos(cluster, { groups: Number(groups), leaseMs: 3000, cuts: canBeHosts, seed })
    console.log(`${time}: seed ${seed}, ${groups} groups in ${seconds.toFixed(1)} s; paused ${struck.paused}, killed ${struck.killed}, cut off ${struck.cut}; ${
      wrongs.length === 0 ? 'exact' : `${wrongs.length} WRONG: ${wrongs.slice(0, 5).join('; ')}`}`)
    if (wrongs.length > 0) {
      failed += 1
      for (const one of cluster.members) console.log(one.host.name, one.said().slice(-4000))
    }
  } finally {
    await cluster.close()
  }
}
console.log(`${Number(times) - failed} of ${times} exact`)
process.exitCode = failed > 0 ? 1 : 0
