import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { scenarios } from '../faults/corpus.ts'
import { ownServers, type OwnServer, type OwnServers } from './own.ts'
import { isFull, onServers } from './servers.ts'
import { noneStruck, strikeServer, type Point } from './strikes.ts'

setDefaultTimeout(2 * 60 * 60_000)

/** In the full form one packet in so many is struck: of a plain move, and of the other scenarios. */
const share = Number(process.env['CARBONATION_TEST_FULL'] ?? 0) || 3
const shares = { move: share, others: 4 * share - 1 }

onServers('whatever packet is lost between the program and its server', (name) => {
  let servers: OwnServers
  let server: OwnServer
  beforeAll(async () => {
    servers = ownServers(name)
    server = await servers.make('own')
    await server.start()
  })
  afterAll(() => servers.close())

  /** In the short form: every commit that comes to the server and whose answer is lost, and a few other packets. */
  const few = (all: readonly Point[]): readonly Point[] => [
    ...all.filter(({ isCommit, meeting, how, from }) => isCommit && (meeting === 'pass killed' ? how === 'passed' : how === 'lost' && from === 'server')),
    ...all.filter((_, index) => index % Math.ceil(all.length / 6) === 17),
  ]

  for (const [index, scenario] of scenarios.entries()) {
    test.skipIf(!isFull && scenario.name !== 'move')(`source, archive and ledger are exact: ${scenario.name}`, async () => {
      const sum = noneStruck()
      const step = scenario.name === 'move' ? shares.move : shares.others
      await strikeServer(`${servers.folder}/project`, server, scenario, isFull ? (all) => all.filter((_, at) => at % step === index % step) : few, sum)
      if (isFull) console.log(`${name}, ${scenario.name}: ${sum.points} packets, ${sum.struck} struck, ${sum.failures.length} left something wrong`)
      expect(sum.failures.map(({ point, wrongs }) => [JSON.stringify(point), ...wrongs])).toEqual([])
      expect(sum.struck).toBeGreaterThan(10)
      if (!isFull) expect(sum.commits).toBeGreaterThan(8)
    })
  }
})
