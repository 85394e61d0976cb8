import { expect, test } from 'bun:test'
import { firstWordOf } from '../../src/edges/servers/greeting.ts'

const greeter = (bytes: Uint8Array | null) => Bun.listen({
  hostname: '127.0.0.1', port: 0,
  socket: {
    open: (one) => {
      if (bytes !== null) one.write(bytes)
      one.end()
    },
    data: () => undefined,
  },
})

const said = Buffer.from('Too many connections')
const refusal = Buffer.from([said.length + 3, 0, 0, 0, 0xff, 0x10, 0x04, ...said])

test.each([
  ['a server that refuses and hangs up is understood', refusal, [1040, 'Too many connections']],
  ['a server that greets lets us in', Buffer.from([1, 0, 0, 0, 0x0a, 0x35]), 'welcome'],
  ['a server that hangs up without a word says nothing', null, null],
] as const)('%s', async (_, bytes, expected) => {
  const listener = greeter(bytes)
  const word = await firstWordOf({ hostname: '127.0.0.1', port: listener.port })
  listener.stop(true)
  expect<unknown>(word instanceof Error ? [Reflect.get(word, 'errno'), word.message] : word).toEqual(expected)
})

test('a server whose word was lost once is asked again', async () => {
  let met = 0
  const listener = Bun.listen({
    hostname: '127.0.0.1', port: 0,
    socket: {
      open: (one) => {
        met += 1
        if (met === 1) return void one.terminate()
        one.write(refusal)
        one.end()
      },
      data: () => undefined,
    },
  })
  const word = await firstWordOf({ hostname: '127.0.0.1', port: listener.port })
  listener.stop(true)
  expect([met, word instanceof Error && word.message]).toEqual([2, 'Too many connections'])
})

test('a port that nobody listens at, and a socket that is not there, say nothing', async () => {
  const listener = greeter(null)
  const { port } = listener
  listener.stop(true)
  expect(await firstWordOf({ hostname: '127.0.0.1', port })).toBeNull()
  expect(await firstWordOf({ path: '/nowhere/s' })).toBeNull()
})
