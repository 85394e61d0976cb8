import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { aProject, pairRules, type Project } from '../binary/project.ts'
import { onServer, type ProjectDatabase } from '../binary/database.ts'
import { askingScript, deliveries, everyCommand, plugin } from './every-command.ts'
import { isFull, onServers } from './servers.ts'

setDefaultTimeout(180_000)

const sqlite: ProjectDatabase = { config: 'drivername = "sqlite"\nname = "carbonation.db"', rows: () => [], drop: () => undefined }

/** What differs from run to run, or between a file and a server by its nature, under one name for each. */
const plain = (text: string, { root }: Project): string => text
  .replaceAll(root, 'ROOT')
  .replace(/the (PostgreSQL|MariaDB) database "t_\w+" at \S+?(?=[;:,\s]|$)/g, 'the database ROOT/carbonation.db')
  .replace(/(PostgreSQL|MariaDB) database "t_\w+" at \S+/g, 'ROOT/carbonation.db')
  .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?/g, (time) => (time.includes('2026-11-21T10:00:00') || time.includes('T11:00:00') ? time : 'TIME'))
  .replace(/"(mtime_ns|device|inode)": ?"\d+"/g, '"$1": "N"').replace(/in (\d+[hms] ?)+\b|\b(\d+(ms|[hms]) ?)+ ago|just now/g, 'WHEN')
  .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'UUID')
  .replace(/\b[0-9a-f]{64}\b/g, (digest) => digest.slice(0, 8)).replace(/\d+(\.\d+)? [GT]i?B free/g, 'FREE').replace(/"(free_bytes|pid|bytes_free|free|free_space)": ?\d+/g, '"$1": 0')
  .replace(/[ ─]{2,}/g, ' ')

const answers = async (database: ProjectDatabase): Promise<readonly (readonly [string, number, string, string])[]> => {
  const project = aProject({
    database, plugin, rules: `${pairRules('[[r.integrity]]\ntype = "min_size"\nvalue = 1\n')}[r.metadata]\nmodule = "file_model"\n`,
    service: 'retry_delay = "1h"',
  })
  try {
    project.write('ask.ts', askingScript)
    for (const [name, content] of Object.entries(deliveries)) project.deliver({ [name]: content })
    const all: (readonly [string, number, string, string])[] = []
    for (const command of everyCommand) {
      const { code, out, err } = await project.run(...command)
      all.push([command.join(' '), code, plain(out, project), plain(err, project)])
    }
    return all
  } finally {
    await project.close()
  }
}

let expected: Awaited<ReturnType<typeof answers>> = []
beforeAll(async () => {
  if (isFull) expected = await answers(sqlite)
})

test.skipIf(!isFull)('over SQLite every command does what it is for', () => {
  const asked = JSON.parse(expected.find(([command]) => command === 'exec ask.ts')?.[2] ?? 'null')
  expect(asked).toMatchObject({ count: 4, none: 0, more: 2, written: [{ file_type: 'kind' }], unknown: expect.stringContaining('nonsense') })
  const failed = expected.filter(([, code]) => code !== 0).map(([command, code]) => `${command}: ${code}`)
  expect(failed).toEqual(['query files --nonsense 1: 2', 'query files --limit 2 --order-by -nonsense: 2', 'explain nowhere: 1'])
})

onServers('every command, and every call of the API,', (name) => {
  test.skipIf(!isFull)('answers as over SQLite', async () => {
    const found = await answers(onServer(name))
    const differing = expected.filter((one, index) => !Bun.deepEquals(one, found[index]))
    expect(found.filter(([command], index) => differing.includes(expected[index] ?? ['', 0, '', '']) && command !== '')).toEqual(differing)
  })
})
