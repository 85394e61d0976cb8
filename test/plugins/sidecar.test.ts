import { expect, test } from 'bun:test'
import { columns, extract } from '../../plugins/sidecar.ts'
import { pluginText } from '../../src/cli/init/plugin-text.ts'
import { sampleDirectory } from './samples.ts'

const sample = sampleDirectory()

test('the metadata stand in the JSON file beside the data', async () => {
  const json = JSON.stringify({ start: '2026-01-15T10:00:00', stop: '2026-01-15T10:05:00Z', category: 'alpha', more: 1 })
  const paths = [await sample('a.txt', 'data'), await sample('a.json', json)]
  const metadata = await extract(paths)
  expect(metadata).toEqual({
    start: '2026-01-15T10:00:00', stop: '2026-01-15T10:05:00Z', category: 'alpha', source: null,
  })
  expect(Object.keys(metadata).sort()).toEqual(Object.keys(columns).sort())
})

test('a group without a JSON file is an error that says so', async () => {
  await expect(extract([await sample('a.txt', 'data')])).rejects.toThrow('no .json file')
})

test('JSON that is broken is an error', async () => {
  await expect(extract([await sample('a.json', '{"start":')])).rejects.toThrow()
})

test('it is the plugin that a new project begins with', async () => {
  expect(await Bun.file(new URL('../../plugins/sidecar.ts', import.meta.url)).text()).toBe(pluginText)
})
