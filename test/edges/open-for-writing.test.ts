import { afterAll, afterEach, describe, expect, test } from 'bun:test'
import { closeSync, openSync } from 'node:fs'
import { disk } from '../../src/edges/disk.ts'
import { writersOf } from '../../src/edges/open-for-writing.ts'
import type { Path } from '../../src/domain/path.ts'
import { realHand } from '../contracts/hand.ts'

const hand = realHand()
afterAll(() => hand.close())
let child: ReturnType<typeof Bun.spawn> | null = null
afterEach(async () => {
  child?.kill('SIGKILL')
  await child?.exited
  child = null
})

/** Another process that holds a file until it is ended; it says when it does. */
const hold = async (...command: string[]) => {
  const started = Bun.spawn(command, { stdout: 'pipe', stdin: 'ignore', stderr: 'inherit' })
  child = started
  await started.stdout.getReader().read()
}
const shell = (redirection: string) => hold('sh', '-c', `exec ${redirection}; echo held; exec sleep 600 <&- `)
const writersAt = async (path: Path) => {
  hand.chmod(path)
  const [sight] = await disk.look([path])
  if (sight == null || !('identity' in sight)) throw new Error('nothing stands there')
  return writersOf([{ path, identity: sight.identity }])
}
/** A look is used again for a while, so that each test asks until it is a new one. */
const until = async (path: Path, expected: RegExp | null) => {
  const isIt = (found: string | null | undefined) => (expected === null ? found === null : expected.test(found ?? ''))
  for (const deadline = performance.now() + 20_000; ; await Bun.sleep(50)) {
    const [found] = await writersAt(path)
    if (isIt(found)) return
    if (performance.now() > deadline) throw new Error(`wanted ${expected}, found ${found}`)
  }
}

describe.skipIf(process.platform !== 'linux')('who has a file open for writing', () => {
  test('is told by process and command, and nobody any more once it is closed', async () => {
    hand.write(`${hand.root}/a`, 'one')
    await shell(`9>>'${hand.root}/a'`)
    await until(`${hand.root}/a`, /^pid \d+ \(sleep\)$/)
    child?.kill('SIGKILL')
    await until(`${hand.root}/a`, null)
  })

  test('is no reader, nobody with a file of that name elsewhere, and not ourselves', async () => {
    hand.write(`${hand.root}/b`, 'one')
    hand.write(`${hand.root}/elsewhere/b`, 'two')
    const own = openSync(`${hand.root}/b`, 'a')
    await shell(`8<'${hand.root}/b' 9>>'${hand.root}/elsewhere/b'`)
    await until(`${hand.root}/elsewhere/b`, /sleep/)
    expect(await writersAt(`${hand.root}/b`)).toEqual([null])
    closeSync(own)
  })

  test('is one who renamed it meanwhile, too', async () => {
    hand.write(`${hand.root}/c.part`, 'one')
    await hold('sh', '-c', `exec 9>>'${hand.root}/c.part'; mv '${hand.root}/c.part' '${hand.root}/c'; echo held; exec sleep 600`)
    await until(`${hand.root}/c`, /sleep/)
  })

  test.skipIf(Bun.which('python3') === null)('is one who only has it mapped', async () => {
    hand.write(`${hand.root}/d`, 'one')
    await hold('python3', '-c', [
      'import ctypes, os, sys, time', `fd = os.open("${hand.root}/d", os.O_RDWR)`,
      'libc = ctypes.CDLL(None)', 'libc.mmap.restype = ctypes.c_void_p',
      'libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]',
      'libc.mmap(None, 4096, 3, 1, fd, 0)', 'os.close(fd)', 'print("held", flush=True)', 'time.sleep(600)',
    ].join('\n'))
    await until(`${hand.root}/d`, /python3/)
  })
})
