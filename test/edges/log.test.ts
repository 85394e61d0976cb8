import { afterEach, beforeEach, expect, test } from 'bun:test'
import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, rename, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { day, hour, second } from '../../src/domain/time.ts'
import { logFile } from '../../src/edges/log-file.ts'
import { openLog, type LogOptions, type LogOutlets } from '../../src/edges/log.ts'

const start = Date.UTC(2026, 10, 21, 10)
let directory = ''
let now = start
let stderr: string[] = []

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'carbonation-log-'))
  now = start
  stderr = []
})
afterEach(() => rm(directory, { recursive: true }))

const outlets: LogOutlets = { stderr: async (text) => void stderr.push(text), file: logFile }
const path = () => join(directory, 'logs', 'carbonation.log')

const open = (options: Partial<LogOptions> = {}, more: Partial<LogOutlets> = {}) => openLog({
  level: 'INFO', file: path(), rotationBytes: 1_000_000, retentionMs: 30 * day, format: 'text', stderr: 'none',
  clock: { now: () => now }, ...options,
}, { ...outlets, ...more })

const prefix = '2026-11-21 10:00:00.000 INFO  '
const lines = async (file = path()) => (await readFile(file, 'utf8')).split('\n').slice(0, -1)
const messages = async (file = path()) => (await lines(file)).map((line) => line.slice(prefix.length))
const rotatedNames = async () =>
  (await readdir(join(directory, 'logs')).catch(() => [])).filter((name) => name !== 'carbonation.log').sort()

/** Waits until the log wrote what it was given, as a later event would find it. */
const written = async (message: string) => {
  const deadline = performance.now() + 5 * second
  for (;;) {
    const text = await readFile(path(), 'utf8').catch(() => '')
    if (text.includes(`${message}\n`)) return
    if (performance.now() > deadline) throw new Error(`${message} was not written`)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

test('a log makes its directory and writes its lines in order', async () => {
  const log = open()
  for (let number = 0; number < 1000; number++) log.write('INFO', `event ${number}`)
  await log.close()
  expect(await messages()).toEqual(Array.from({ length: 1000 }, (_, number) => `event ${number}`))
})

test('JSON format writes one object a line', async () => {
  const log = open({ format: 'json' })
  log.write('ERROR', 'a\nb', { watch: 'radar' })
  await log.close()
  expect((await lines()).map((line) => JSON.parse(line)))
    .toEqual([{ at: '2026-11-21T10:00:00.000Z', level: 'ERROR', message: 'a\nb', watch: 'radar' }])
})

test('what is below the level is not told', async () => {
  const log = open({ level: 'WARNING', stderr: 'all' })
  log.write('INFO', 'small talk')
  log.write('WARNING', 'trouble')
  await log.close()
  expect(await lines()).toHaveLength(1)
  expect(stderr.join('')).toBe('2026-11-21 10:00:00.000 WARNING trouble\n')
})

test.each([
  ['all', 3],
  ['problems', 2],
  ['none', 0],
] as const)('stderr set to %s gets %d of an INFO, a WARNING and an ERROR', async (setting, count) => {
  const log = open({ stderr: setting, file: null })
  for (const level of ['INFO', 'WARNING', 'ERROR'] as const) log.write(level, 'm')
  await log.close()
  expect(stderr.join('').split('\n').length - 1).toBe(count)
})

test('a file that would grow too large is put aside under the time and begun again', async () => {
  const log = open({ rotationBytes: 120 })
  for (const message of ['one'.padEnd(50, '.'), 'two'.padEnd(50, '.'), 'three']) {
    log.write('INFO', message)
    await written(message)
    now += second
  }
  await log.close()
  expect(await rotatedNames()).toEqual([`carbonation.2026-11-21_10-00-01-000.${process.pid}.log`])
  expect(await messages()).toEqual(['two'.padEnd(50, '.'), 'three'])
})

test('files put aside in the same millisecond do not replace one another', async () => {
  const log = open({ rotationBytes: 10 })
  for (const message of ['one', 'two', 'three']) {
    log.write('INFO', message)
    await written(message)
  }
  await log.close()
  const all = await Promise.all((await rotatedNames()).map((name) => messages(join(directory, 'logs', name))))
  expect([...all.flat(), ...(await messages())].sort()).toEqual(['one', 'three', 'two'])
})

test('two logs on one file rotate it between them and lose no line', async () => {
  const logs = [0, 1].map((number) =>
    open({ rotationBytes: 500, clock: { now: () => start + 2 * Math.round(performance.now()) + number } }))
  let number = 0
  for (; number < 100 || (await rotatedNames()).length < 6; number++) {
    for (const [index, log] of logs.entries()) log.write('INFO', `${index} ${number}`)
  }
  await Promise.all(logs.map((log) => log.close()))
  const files = [path(), ...(await rotatedNames()).map((name) => join(directory, 'logs', name))]
  const all = (await Promise.all(files.map((file) => messages(file)))).flat()
  expect(all).toHaveLength(2 * number)
  expect(new Set(all).size).toBe(2 * number)
  expect(stderr).toEqual([])
})

test('rotated files are removed by age, and nothing else is', async () => {
  await mkdir(join(directory, 'logs'))
  const names = {
    old: 'carbonation.2026-10-01_00-00-00-000.1.log', young: 'carbonation.2026-11-20_00-00-00-000.1.log',
    mine: 'carbonation.2020.log', other: 'other.2026-10-01_00-00-00-000.1.log',
  }
  for (const name of Object.values(names)) {
    await writeFile(join(directory, 'logs', name), 'x')
    await utimes(join(directory, 'logs', name), new Date(start - 40 * day), new Date(start - 40 * day))
  }
  await utimes(join(directory, 'logs', names.young), new Date(start - day), new Date(start - day))
  const log = open()
  log.write('INFO', 'hello')
  await written('hello')
  expect(await rotatedNames()).toEqual([names.mine, names.young, names.other].sort())
  now += 31 * day
  log.write('INFO', 'a month later')
  await log.close()
  expect(await rotatedNames()).toEqual([names.mine, names.other].sort())
})

test('a file that logrotate moved away or emptied is gone on with', async () => {
  const log = open()
  log.write('INFO', 'one')
  await written('one')
  await rename(path(), join(directory, 'moved.log'))
  log.write('INFO', 'two')
  await written('two')
  await truncate(path())
  log.write('INFO', 'three')
  await log.close()
  expect(await messages(join(directory, 'moved.log'))).toEqual(['one'])
  expect(await messages()).toEqual(['three'])
})

test('a log file that is a link stays one', async () => {
  await mkdir(join(directory, 'logs'))
  await writeFile(join(directory, 'elsewhere.log'), 'x'.repeat(100) + '\n')
  await symlink(join(directory, 'elsewhere.log'), path())
  const log = open({ rotationBytes: 100 })
  log.write('INFO', 'hello')
  await log.close()
  expect(await messages(join(directory, 'elsewhere.log'))).toEqual(['hello'])
  expect(await rotatedNames()).toEqual([])
})

test('a log file that cannot be written costs one warning an hour on stderr', async () => {
  await writeFile(join(directory, 'logs'), 'a file where the directory should be')
  const log = open()
  for (let number = 0; number < 20; number++) {
    log.write('INFO', 'm')
    await new Promise((resolve) => setImmediate(resolve))
  }
  await log.close()
  expect(stderr).toHaveLength(1)
  expect(stderr[0]).toMatch(/^2026-11-21 10:00:00.000 WARNING the log file has trouble.* reason=".*(EEXIST|ENOTDIR)/)
  now += hour
  log.write('INFO', 'm')
  await log.close()
  expect(stderr).toHaveLength(2)
})

test('a full disk costs lines, which the log counts when there is room again', async () => {
  let isFull = true
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  const log = open({}, {
    file: (options) => {
      const file = logFile(options)
      return { ...file, append: (text, at) => isFull ? Promise.reject(full) : file.append(text, at) }
    },
  })
  log.write('INFO', 'one')
  log.write('INFO', 'two')
  await log.close()
  isFull = false
  log.write('INFO', 'three')
  await log.close()
  expect(await lines()).toEqual([
    '2026-11-21 10:00:00.000 WARNING lines of this log are missing lines=2',
    '2026-11-21 10:00:00.000 INFO  three',
  ])
  expect(stderr.join('')).toContain('ENOSPC')
})

// A device of its own: one that is wrongly rotated must not be the machine's.
const fullDevice = () => join(directory, 'full')
const makeFullDevice = (at: string): boolean => Bun.spawnSync(['mknod', at, 'c', '1', '7']).exitCode === 0

/** Only root may make devices, and not in every container. */
const makesDevices = (): boolean => {
  const trial = join(tmpdir(), `carbonation-device-${process.pid}`)
  const isMade = makeFullDevice(trial)
  rmSync(trial, { force: true })
  return isMade
}

test.skipIf(!makesDevices())('a device as a log that is full is a warning, and is not rotated', async () => {
  makeFullDevice(fullDevice())
  const log = open({ file: fullDevice(), rotationBytes: 1 })
  log.write('INFO', 'm')
  await log.close()
  expect(stderr.join('')).toContain('ENOSPC')
  expect(await readdir(directory)).toEqual(['full'])
})

test('a disk that does not answer keeps a bounded number of lines waiting, and nobody at the end', async () => {
  let asked = 0
  const log = open({}, { file: () => ({
    append: () => new Promise(() => { asked++ }),
    close: async () => {},
  }) })
  const line = 'x'.repeat(1000)
  for (let number = 0; number < 3000; number++) log.write('INFO', line)
  const began = performance.now()
  await log.close()
  expect(performance.now() - began).toBeLessThan(4 * second)
  expect(asked).toBe(1)
  expect(stderr.join('')).toContain('does not answer')
})

test('nobody who reads stderr is no reason to stop', async () => {
  const log = open({ stderr: 'all' }, { stderr: () => Promise.reject(new Error('EPIPE')) })
  log.write('INFO', 'hello')
  await log.close()
  expect(await messages()).toEqual(['hello'])
})
