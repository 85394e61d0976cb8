import { expect, test } from 'bun:test'
import { onServers, openFresh } from './servers.ts'

onServers('a connection', (name) => {
  test('keeps no answer once it was given', async () => {
    const sql = await openFresh(name)
    try {
      const ask = async (times: number) => {
        for (let time = 0; time < times; time += 1) await sql.all(`select repeat('x', 500000) as text, ${time} as n`)
        Bun.gc(true)
        return process.memoryUsage().heapUsed
      }
      const before = await ask(20)
      expect(await ask(200) - before).toBeLessThan(20_000_000)
    } finally {
      await sql.close()
    }
  })
})
