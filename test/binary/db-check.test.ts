import { afterEach, describe, expect, test } from 'bun:test'
import { anEmptyProject, canHave, engines, type PythonProject } from '../python/a-python-project.ts'
import type { Engine } from '../python/package.ts'

const open: PythonProject[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

const aLedger = async (engine: Engine): Promise<PythonProject> => {
  const project = anEmptyProject(engine)
  open.push(project)
  project.write('plugins/file_model.ts', "export const columns = { category: { type: 'string', index: true } }\n")
  expect(await project.run('db', 'init')).toMatchObject({ code: 0 })
  return project
}

const dropIndex: Record<Engine, string> = {
  sqlite: 'drop index ix_events_component', postgresql: 'drop index ix_events_component', mariadb: 'drop index ix_events_component on events',
}

for (const engine of engines) {
  describe.skipIf(!canHave(engine, 'db check'))(`db check, on ${engine},`, () => {
    test('finds nothing wrong with a fresh ledger', async () => {
      const project = await aLedger(engine)
      expect(await project.run('db', 'check')).toEqual({ code: 0, out: 'Looked at 0 components in 0 groups: nothing is wrong.\n', err: '' })
      const { code, out } = await project.run('db', 'check', '--json')
      expect({ code, found: JSON.parse(out) }).toEqual({ code: 0, found: { components: 0, groups: 0, events: 0, broken: [] } })
    })

    test('finds an index that is gone, and says how it is made again', async () => {
      const project = await aLedger(engine)
      await project.alter(dropIndex[engine])
      const { code, out } = await project.run('db', 'check')
      expect(code).toBe(1)
      expect(out).toContain('the index ix_events_component is not there; say: create index ix_events_component on events (component_id)')
      await project.alter('create index ix_events_component on events (component_id)')
      expect(await project.run('db', 'check')).toMatchObject({ code: 0 })
    })

    test('finds a column that is gone', async () => {
      const project = await aLedger(engine)
      await project.alter('alter table file_components drop column verified_at')
      const { code, out } = await project.run('db', 'check', '--json')
      expect(code).toBe(1)
      expect(JSON.parse(out)).toMatchObject({ broken: [{ rule: 'schema drift', examples: [{ name: 'the column verified_at of file_components is not there' }] }] })
    })

    test("finds where the plugin's columns are not those of the table, and a plugin that cannot be loaded", async () => {
      const project = await aLedger(engine)
      project.write('plugins/file_model.ts', "export const columns = { category: { type: 'float' }, more: { type: 'string' } }\n")
      const differing = await project.run('db', 'check')
      expect(differing.code).toBe(1)
      expect(differing.out).toContain('2 plugin columns: the table and the columns of the plugin differ')
      expect(differing.out).toContain('column more of the plugin is not in the database; run "carbonation db init"')
      project.write('plugins/file_model.ts', 'export const columns = {\n')
      const broken = await project.run('db', 'check')
      expect(broken.code).toBe(1)
      expect(broken.out).toContain('1 plugin columns')
    })
  })
}
