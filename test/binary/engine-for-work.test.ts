import { afterEach, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { aProject, type Project } from './project.ts'

let project: Project
afterEach(() => project.close())

/** Tells what its thread has in its environment. */
const telling = `export const columns = { engine: { type: 'string' } }
export const extract = () => ({ engine: JSON.stringify(Object.keys(process.env).filter((one) => one.startsWith('BUN_'))) })
`

const environmentOf = (pid: number): readonly string[] => readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0')

test('work runs under the name and number it was started by, with an engine that is tuned for it', async () => {
  project = aProject({ watch: 'settle_seconds = 0.05' })
  const service = project.start('run')
  for (const end = performance.now() + 10_000; !service.said().includes('watch w: '); await Bun.sleep(10)) {
    if (performance.now() > end) throw new Error(service.said())
  }
  expect(environmentOf(service.pid)).toContain('BUN_JSC_useFTLJIT=0')
  expect(readFileSync(`/proc/${service.pid}/comm`, 'utf8')).toBe('carbonation\n')
  expect(readFileSync(`/proc/${service.pid}/cmdline`, 'latin1').split('\0').slice(1)).toEqual(['run', ''])
  expect(await service.stop()).toMatchObject({ code: 0 })
})

test('plugins see nothing of that', async () => {
  project = aProject({ watch: 'settle_seconds = 0.01', rules: '[r.metadata]\nmodule = "file_model"\n', plugin: telling })
  project.deliver({ a: 'x' })
  expect(await project.run('run', '--once')).toMatchObject({ code: 0 })
  expect(project.rows('select engine from files')).toEqual([{ engine: '[]' }])
})
