import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Columns } from '../../src/plugin/contract.ts'
import { addGroups } from '../store/a-ledger.ts'
import { aProject, type Project } from './query/a-project.ts'

const columns = { category: { type: 'string' } } as const satisfies Columns
const main = join(import.meta.dir, 'query/exec-main.ts')
const newFilesScript = join(import.meta.dir, '../../plugins/scripts/new-files.ts')

let project: Project
beforeAll(async () => {
  project = await aProject({
    columns, commands: [],
    fill: async (sql) => {
      await addGroups(sql, { category: 'alpha', completed_seq: 1 }, { category: 'beta', completed_seq: 2 })
      await sql.run('update counters set value = 2')
    },
  })
})
afterAll(() => project.remove())

const start = (script: string, ...args: string[]) =>
  Bun.spawn([process.execPath, main, script, ...args], { cwd: project.directory, stdout: 'pipe', stderr: 'pipe' })

const exec = async (script: string, ...args: string[]) => {
  const child = start(script, ...args)
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()])
  return { code: await child.exited, out, err }
}

/** Writes a script, runs it, and gives the project's directory as `DIR` in what it says. */
const execText = async (text: string, ...args: string[]) => {
  await writeFile(join(project.directory, 'script.ts'), text)
  const { code, out, err } = await exec('script.ts', ...args)
  return { code, out, err: err.replaceAll(project.directory, 'DIR') }
}

describe('exec', () => {
  test("runs a program that imports from 'carbonation', with its own arguments", async () => {
    const script = `
      import { connect, queryFiles, session, Fault, type Columns } from 'carbonation'
      const columns = { category: { type: 'string' } } satisfies Columns
      await using db = await connect<typeof columns>('config.toml')
      const [row] = await db.queryFiles({ category: process.argv[2] })
      console.log(row?.id, await queryFiles('config.toml', {}, { countOnly: true }), process.argv.slice(2))
      await using sql = await session('config.toml')
      console.log((await sql\`select category from files where id = \${2}\`)[0])
      console.log(await db.queryFiles({ nope: 1 } as object).catch((error) => error instanceof Fault))
    `
    expect(await execText(script, 'alpha', '--limit', '007')).toEqual({
      code: 0, err: '', out: '1 2 [ "alpha", "--limit", "007" ]\n{\n  category: "beta",\n}\ntrue\n',
    })
  }, 20_000)

  test('ends when nothing is left to do, with the exit code of the program', async () => {
    expect(await execText('setTimeout(() => { console.log("later"); process.exitCode = 4 }, 20)')).toEqual({ code: 4, out: 'later\n', err: '' })
    expect((await execText('process.exit(9)')).code).toBe(9)
  }, 20_000)

  test('tells what a program died of with its file and line', async () => {
    expect(await execText('const a: number = 1\nconst fall = () => {\n  throw new TypeError("no " + a)\n}\nfall()\n')).toEqual({
      code: 1, out: '', err: 'DIR/script.ts:3:13: TypeError: no 1\n    at fall (DIR/script.ts:3:13)\n    at DIR/script.ts:5:1\n',
    })
    expect((await execText('setTimeout(() => {\n  throw new Error("late")\n}, 1)\n')).err).toStartWith('DIR/script.ts:2:13: late\n')
    expect((await execText('\nvoid Promise.reject(new Error("lost"))\n')).err).toStartWith('DIR/script.ts:2:25: lost\n')
    expect((await execText('throw "plain"')).err).toBe('DIR/script.ts: plain\n')
  }, 20_000)

  test('tells a fault of the API at the line that caused it, without calls of our own', async () => {
    const script = "import { connect } from 'carbonation'\nconst db = await connect('config.toml')\nawait db.queryFiles({ categry: 'x' })\n"
    const { code, err } = await execText(script)
    expect(code).toBe(1)
    expect(err).toMatch(/^DIR\/script\.ts:3:\d+: there is no filter "categry"; did you mean "category"\?\n {2}there are id, /)
    expect(err.split('\n')).toHaveLength(3)
  }, 20_000)

  test('tells what can not be loaded with file and line', async () => {
    expect((await execText('const a = 1\nconst = 3\n')).err).toStartWith('DIR/script.ts:2:7: ')
    expect((await execText("import { conect } from 'carbonation'\nconect()\n")).err)
      .toBe("DIR/script.ts: SyntaxError: Export named 'conect' not found in module 'carbonation'.\n")
  }, 20_000)

  test('says that there is no such script', async () => {
    expect(await exec('nothere.ts')).toMatchObject({ code: 1, err: `there is no script ${project.directory}/nothere.ts\n` })
    expect(await exec('plugins')).toMatchObject({ code: 1, err: `${project.directory}/plugins is not a file\n` })
  }, 20_000)

  test('does not wait for what never comes', async () => {
    expect(await execText('await new Promise(() => {})')).toEqual({ code: 1, out: '', err: 'DIR/script.ts: it waits for something that never comes\n' })
  }, 20_000)

  test('leaves signals to the program', async () => {
    await writeFile(join(project.directory, 'forever.ts'), 'setInterval(() => {}, 1000)\nconsole.log("up")\n')
    const child = start('forever.ts')
    try {
      await child.stdout.getReader().read()
      child.kill('SIGTERM')
      await Promise.race([child.exited, Bun.sleep(5000)])
      expect(child.signalCode).toBe('SIGTERM')
    } finally {
      child.kill('SIGKILL')
    }
  }, 20_000)
})

describe('the example new-files.ts', () => {
  test('prints what is new, once', async () => {
    const first = await exec(newFilesScript)
    expect({ code: first.code, err: first.err }).toEqual({ code: 0, err: '' })
    expect(first.out.trim().split('\n').map((line) => (JSON.parse(line) as { category: string }).category)).toEqual(['alpha', 'beta'])
    expect(await exec(newFilesScript)).toEqual({ code: 0, out: '', err: '' })
  }, 20_000)
})
