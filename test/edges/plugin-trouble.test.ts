import { expect, setDefaultTimeout, test } from 'bun:test'
import { openPlugins } from '../../src/edges/plugin-host.ts'
import { plain, pluginFolder } from './plugin-folder.ts'

// Threads start slowly on a busy machine.
setDefaultTimeout(30_000)

/** Calls `run` with each of these, in one batch. */
const runAll = async (source: string, args: readonly unknown[], timeoutMs?: number) => {
  await using folder = pluginFolder({ 'x.ts': source })
  const host = await folder.open(timeoutMs)
  const answers = await host.call({ module: null, name: 'run' }, args.map((one) => [one]))
  const after = await host.call({ module: null, name: 'run' }, [['after']])
  return { answers: plain(answers), after: plain(after), first: answers[0], printed: folder.printed }
}

test('what a plugin throws is a fault with plugin, line and function', async () => {
  const { answers, after } = await runAll(`
import { fail } from './lib/fail.ts'
export const run = async (what: string) => {
  if (what === 'here') throw new Error('start is missing')
  if (what === 'there') fail()
  if (what === 'type') (null as any).x
  if (what === 'text') throw 'just text'
  if (what === 'object') throw { code: 7 }
  if (what === 'nothing') throw undefined
  if (what === 'poison') throw { get a() { throw new Error('gotcha') } }
  if (what === 'reject') return Promise.reject(new Error('later'))
  return what
}
`.replace(/^import.*\n/m, 'const fail = () => { throw new RangeError("too far") }\n'), [
    'here', 'there', 'type', 'text', 'object', 'nothing', 'fine', 'reject',
  ])
  expect(answers).toEqual([
    'fault: plugins/x.ts:4 run: start is missing',
    'fault: plugins/x.ts:2 run: RangeError: too far',
    expect.stringMatching(/^fault: plugins\/x\.ts:6 run: TypeError: null is not an object/),
    'fault: plugins/x.ts run: just text',
    expect.stringMatching(/^fault: plugins\/x\.ts run: \{\s+code: 7/),
    'fault: plugins/x.ts run: undefined',
    'fine',
    'fault: plugins/x.ts:11 run: later',
  ])
  expect(after).toEqual(['after'])
})

test('what is thrown and can not even be printed is a fault all the same', async () => {
  const { answers } = await runAll(`
export const run = (what: string) => {
  if (what === 'getter') throw Object.defineProperty(new Error(), 'message', { get() { throw new Error('gotcha') } })
  if (what === 'proxy') throw new Proxy({}, { get() { throw new Error('gotcha') }, ownKeys() { throw new Error('gotcha') } })
  return what
}`, ['getter', 'proxy', 'fine'])
  expect(answers).toEqual([
    expect.stringMatching(/^fault: plugins\/x\.ts/), expect.stringMatching(/^fault: plugins\/x\.ts/), 'fine',
  ])
})

test('a promise that never ends costs its own call', async () => {
  const { answers, after, first } = await runAll(
    'export const run = (what: string) => (what === "hang" ? new Promise(() => {}) : what)', ['hang', 'b', 'hang', 'c'], 200)
  const late = 'fault: run of plugins/x.ts did not answer within 0.2 s'
  expect(answers).toEqual([late, 'b', late, 'c'])
  expect(first).toMatchObject({ remedy: 'mend the plugin, or raise [plugins] timeout' })
  expect(after).toEqual(['after'])
})

test('answers that are there do not wait for the one that hangs', async () => {
  await using folder = pluginFolder({
    'x.ts': 'export const run = (what: string) => (what === "hang" ? new Promise(() => {}) : what)',
  })
  const host = await folder.open(60_000)
  void host.call({ module: null, name: 'run' }, [['hang']])
  expect(await host.call({ module: null, name: 'run' }, [['b']])).toEqual(['b'])
})

test('more hanging calls than there are slots are all answered', async () => {
  const { answers } = await runAll('export const run = () => new Promise(() => {})', Array(40).fill('x'), 100)
  expect(answers).toEqual(Array(40).fill('fault: run of plugins/x.ts did not answer within 0.1 s'))
})

test('an endless loop costs its own call, the others are answered', async () => {
  const numbers = Array.from({ length: 200 }, (_, n) => n)
  const { answers, after } = await runAll(
    'export const run = async (n: number) => { await null; if (n === 50) for (;;); return n }', numbers, 300)
  expect(answers[50]).toBe('fault: run of plugins/x.ts did not answer within 0.3 s')
  expect(answers.toSpliced(50, 1)).toEqual(numbers.toSpliced(50, 1))
  expect(after).toEqual(['after'])
})

test('process.exit costs its own call, the others are answered', async () => {
  const numbers = Array.from({ length: 200 }, (_, n) => n)
  const { answers, after, first } = await runAll(
    'export const run = async (n: number) => { await null; if (n === 0 || n === 99) process.exit(5); return n }', numbers)
  const left = 'fault: run of plugins/x.ts ended the plugin worker with exit code 5'
  expect(answers[0]).toBe(left)
  expect(answers[99]).toBe(left)
  expect(answers.filter((answer) => typeof answer === 'number')).toHaveLength(198)
  expect(first).toMatchObject({ remedy: 'plugins must not call process.exit' })
  expect(after).toEqual(['after'])
})

test('what is thrown where nothing waits for it costs the call that did it', async () => {
  const { answers, after } = await runAll(`
export const run = (what: string) => {
  if (what === 'timer') return new Promise(() => { setTimeout(() => { throw new Error('from a timer') }, 1) })
  return what
}`, ['a', 'timer', 'b'])
  expect(answers).toEqual([
    'a', 'fault: run of plugins/x.ts threw where nothing waits for it: plugins/x.ts:3: from a timer', 'b',
  ])
  expect(after).toEqual(['after'])
})

test('a rejection that nobody waits for does not lose the answers', async () => {
  const numbers = Array.from({ length: 100 }, (_, n) => n)
  const { answers } = await runAll(
    'export const run = async (n: number) => { if (n === 3) Promise.reject(new Error("floating")); await Bun.sleep(1); return n }',
    numbers)
  expect(answers.toSpliced(3, 1)).toEqual(numbers.toSpliced(3, 1))
  expect(answers[3]).toBe('fault: run of plugins/x.ts threw where nothing waits for it: plugins/x.ts:1: floating')
})

test('plugins that never wait do not keep the time limit from the one that hangs', async () => {
  await using folder = pluginFolder({
    'x.ts': 'export const hang = () => new Promise(() => {})\n'
      + 'export const spin = (ms: number) => { for (const end = performance.now() + ms; performance.now() < end; ); return ms }',
  })
  const host = await folder.open(200)
  const order: string[] = []
  const asked = [host.call({ module: null, name: 'hang' }, [[]]).then(() => void order.push('hang'))]
  for (let n = 0; n < 200; n++) asked.push(host.call({ module: null, name: 'spin' }, [[5]]).then(() => void order.push('spin')))
  await Promise.all(asked)
  expect(order.indexOf('hang')).toBeLessThan(150)
})

test('plugins whose columns changed are not taken up when the thread has to be replaced', async () => {
  await using folder = pluginFolder({
    'x.ts': 'export const columns = { a: { type: "integer" } }\nexport const run = (exit: boolean) => (exit ? process.exit(1) : 1)',
  })
  const host = await folder.open()
  folder.write({ 'x.ts': 'export const columns = { b: { type: "integer" } }\nexport const run = () => 2' })
  await host.call({ module: null, name: 'run' }, [[true]])
  expect(plain(await host.call({ module: null, name: 'run' }, [[false]]))).toEqual([
    'fault: the columns that plugins export have changed since they were loaded',
  ])
  await host.reload()
  expect(host.describe().columns).toEqual({ b: { type: 'integer' } })
  expect(await host.call({ module: null, name: 'run' }, [[false]])).toEqual([2])
})

test('calls of other batches survive the death of the thread', async () => {
  await using folder = pluginFolder({
    'x.ts': 'export const run = async (what: string) => { await Bun.sleep(20); if (what === "exit") process.exit(1); return what }',
  })
  const host = await folder.open()
  const [a, b, c] = await Promise.all([
    host.call({ module: null, name: 'run' }, [['a'], ['b']]),
    host.call({ module: null, name: 'run' }, [['exit']]),
    host.call({ module: null, name: 'run' }, [['c']]),
  ])
  expect([a, c]).toEqual([['a', 'b'], ['c']])
  expect(plain(b)).toEqual(['fault: run of plugins/x.ts ended the plugin worker with exit code 1'])
})

test('metadata that is not what the columns say is a fault that names plugin and column', async () => {
  await using folder = pluginFolder({
    'm.ts': 'export const columns = { n: { type: "integer" }, at: { type: "datetime" } }\n'
      + 'const values: Record<string, unknown> = { good: { n: 1, at: null }, bad: { n: "1", x: 2 }, none: null, '
      + 'late: { at: new Date(NaN) } }\n'
      + 'export const extract = ([path]: string[]) => values[path.slice(1)]',
  })
  const host = await folder.open()
  expect(plain(await host.extract('m', [['/good'], ['/bad'], ['/none'], ['/late']]))).toEqual([
    { n: 1, at: null },
    'fault: plugins/m.ts extract: n (integer) must be a whole number below 2^53 or null, was "1"; '
      + "Unknown column 'x': the columns are n, at",
    'fault: plugins/m.ts extract: must give an object with values for the columns, gave null',
    expect.stringContaining('at (datetime) must be a Date or ISO 8601 text'),
  ])
})

test('a plugin that takes memory without end costs its own call, before it costs the program', async () => {
  await using folder = pluginFolder({
    'x.ts': 'export const run = (what: string) => { const all: Uint8Array[] = []\n'
      + 'while (what === "greedy") all.push(new Uint8Array(2e7).fill(1)); return what }',
  })
  const memoryBytes = process.memoryUsage.rss() + 1024 ** 3
  const host = await openPlugins({ directory: folder.directory, timeoutMs: 60_000, memoryBytes, print: () => {} })
  const answers = await host.call({ module: null, name: 'run' }, [['a'], ['greedy'], ['b']])
  expect(plain(answers)).toEqual(['a', expect.stringMatching(/^fault: run of plugins\/x\.ts used too much memory/), 'b'])
  host.close()
})
