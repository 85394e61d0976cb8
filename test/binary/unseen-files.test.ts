import { afterEach, expect, setDefaultTimeout, test } from 'bun:test'
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs'
import { aProject, program, type Project } from './project.ts'

setDefaultTimeout(60_000)

let project: Project
afterEach(() => project.close())

test('run --once names at its end what it could not look at, a file of each directory, and archives the rest', async () => {
  project = aProject({ watch: 'follow_symlinks = true\nrecursive = true' })
  project.deliver({ 'fine.txt': 'fine' })
  for (let index = 0; index < 13; index += 1) {
    mkdirSync(`${project.root}/delivery/d${index}`)
    for (const name of ['a', 'b']) symlinkSync(name, `${project.root}/delivery/d${index}/${name}`)
  }
  const { code, err } = await project.run('run', '--once')
  const lines = err.trimEnd().split('\n').filter((line) => !line.startsWith('made the database'))
  expect([code, lines.length]).toEqual([0, 11])
  for (const line of lines.slice(0, 10)) expect(line).toMatch(/^watch w: cannot look at \S+\/delivery\/d\d+\/[ab]: a symbolic link stands there/)
  expect(lines[10]).toBe('watch w: in 3 more directories files could not be looked at')
  expect(project.archived()).toEqual({ 'kept/fine.txt': 'fine' })
})

const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
const canBeNobody = process.getuid?.() === 0 && Bun.spawnSync([...nobody, 'true']).exitCode === 0

test.skipIf(!canBeNobody)('a delivery directory that may be listed and not entered is named, and nothing is cleared', async () => {
  project = aProject()
  project.deliver({ 'a.txt': 'a' })
  chmodSync(project.root, 0o755)
  Bun.spawnSync(['chown', '-R', '65534:65534', project.root])
  const run = () => Bun.spawnSync([...nobody, program, 'run', '--once'], { cwd: project.root, env: { HOME: `${project.root}/home` }, stderr: 'pipe' }).stderr.toString()
  expect(run()).toMatch(/^made the database/)
  chmodSync(`${project.root}/delivery`, 0o644)
  expect(run()).toMatch(/^watch w: cannot look at \S+\/delivery\/a\.txt: permission denied; give .*\n$/)
  chmodSync(`${project.root}/delivery`, 0o755)
  expect(run()).toBe('')
  expect(project.rows('select status, in_delivery from file_components')).toEqual([{ status: 'archived', in_delivery: 1 }])
})
