import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { copyFile, cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isFull, running, serverNames } from '../servers/servers.ts'

let place: string
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'carbonation-demo-test-'))
  const repository = join(import.meta.dir, '../..')
  const copy = join(place, 'repository')
  await mkdir(join(copy, 'dist'), { recursive: true })
  await mkdir(join(place, 'home'))
  for (const name of ['install.sh', 'package.json', 'package-lock.json', 'src']) {
    await cp(join(repository, name), join(copy, name), { recursive: true })
  }
  // Last, so that it is newer than its sources and nothing is built.
  await copyFile(join(repository, 'dist/carbonation'), join(copy, 'dist/carbonation'))
})
afterAll(async () => {
  await rm(place, { recursive: true, force: true })
})

type Demo = { readonly exitCode: number; readonly err: string; answerTo(command: string): string }

/** install.sh with nothing of this user's around. */
const start = (...options: string[]) =>
  Bun.spawn(['bash', join(place, 'repository/install.sh'), ...options], {
    env: { PATH: process.env['PATH'] ?? '', HOME: join(place, 'home') },
    stdout: 'pipe', stderr: 'pipe', stdin: 'ignore',
  })

const install = async (...options: string[]): Promise<Demo> => {
  const child = start(...options)
  const [out, err, exitCode] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited])
  const shown = out.split(/^\$ /m)
  return {
    exitCode, err,
    answerTo: (command) => shown.find((text) => text.startsWith(`carbonation ${command}\n`)) ?? '',
  }
}

/** Runs install.sh until it has printed this, and ends it there. */
const installUntil = async (printed: string, ...options: string[]): Promise<string> => {
  const child = start(...options)
  let out = ''
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    out += chunk
    if (out.includes(printed)) break
  }
  child.kill()
  await child.exited
  return out
}

/** What the demo says of its sample files. */
const expectVerdicts = ({ err, answerTo }: Demo): void => {
  const of = (number: string) => answerTo(`explain delivery/radar_1${number}`)
  expect(err).toContain('1 newly integrity_failed')
  expect(err).toContain('2 newly retry_pending')
  expect(answerTo('check-config')).toContain('Config is valid.')
  expect(answerTo('status')).toContain(' 0 unaccounted')
  expect(of('01.txt')).toMatch(/archived .* at \/.*\/archive\/alpha\/20261121\/radar_101\.txt\n/)
  expect(of('03.txt')).toContain('waiting for .json')
  expect(of('04.txt')).toContain('too small: 5 bytes, min_size is 10')
  expect(of('05.txt')).toContain('none of 1 selection rules took it')
  expect(of('06.txt')).toMatch(/retry_pending .*plugins\/file_model\.ts extract: .*JSON/)
  expect(of('07.doc')).toContain('has no pattern that takes it')
  expect(of('08.txt.tmp')).toContain('ignores it by its pattern "*.tmp"')
  expect(answerTo('query components')).toContain('radar_104.txt')
  expect(answerTo('db check')).toContain('nothing is wrong')
}

describe('the demo', () => {
  let first: Demo
  beforeAll(async () => {
    first = await install('--demo', '--dir', join(place, 'project'))
  }, 60_000)

  test('shows a verdict of every kind, and builds nothing that is built already', () => {
    expectVerdicts(first)
    expect(first.err).not.toContain('Building')
    expect(first.exitCode).toBe(0)
  })

  test('stores what is delivered again beside the first, and archives the group that became whole', async () => {
    const beta = join(place, 'project/archive/beta/20261121')
    expect(await Bun.file(join(beta, 'radar_102.txt')).text()).toBe('measurements of radar_102\n')
    expect(await Bun.file(join(beta, 'radar_102~2.txt')).text()).toBe('measurements of radar_102, corrected\n')
    expect(await Bun.file(join(place, 'project/archive/gamma/20261121/radar_103.json')).exists()).toBe(true)
  })

  test('delivers under new names when it runs a second time in the same directory', async () => {
    const out = await installUntil('> delivery/radar_202.json', '--demo', '--dir', join(place, 'project'))
    expect(out).toContain('SKIP')
    expect(out).toContain('> delivery/radar_201.txt')
    expect(out).not.toContain('delivery/radar_101')
  }, 60_000)

  for (const name of serverNames) {
    test.skipIf(!isFull || running(name) === null)(`shows the same over a ${name} server, which ends with it`, async () => {
      const demo = await install('--demo', '--database', name, '--dir', join(place, `over-${name}`))
      expectVerdicts(demo)
      expect([demo.exitCode, await Bun.file(join(place, `over-${name}/carbonation.db`)).exists()]).toEqual([0, false])
      expect(demo.err).toMatch(/^Starting a \w+ server in \S+\n/)
      const [home = ''] = /(?<= server in )\S+/.exec(demo.err) ?? []
      expect(existsSync(home)).toBe(false)
    }, 120_000)
  }

  test('leaves a directory alone that is not its own', async () => {
    await Bun.write(join(place, 'mine/thesis.txt'), 'all of it')
    const { exitCode, err } = await install('--demo', '--dir', join(place, 'mine'))
    expect(err).toContain('is not empty: choose another --dir')
    expect(exitCode).toBe(1)
  })
})
