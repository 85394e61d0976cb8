import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createHash } from 'node:crypto'
import {
  appendFileSync, closeSync, ftruncateSync, linkSync, mkdirSync, openSync, renameSync, rmSync, statSync,
  truncateSync, utimesSync, writeFileSync, writeSync,
} from 'node:fs'
import { until, type Running } from './project.ts'
import { longPauseMs, openZoo, settleMs, shortPauseMs, type Zoo } from './writer-zoo.ts'

setDefaultTimeout(90_000)

let zoo: Zoo
let service: Running
beforeAll(async () => {
  zoo = openZoo()
  service = zoo.project.start('run')
  await until(() => zoo.project.rows('select name from watch_state').length === 6, 'the first look at every watch')
})
afterEach(() => expect(zoo.wrongs()).toEqual([]))
afterAll(async () => {
  expect((await service.stop()).code).toBe(0)
  await zoo.project.close()
})

/** The pace of a writer: what it does, with a pause after each. */
const paced = async (pauseMs: number, acts: readonly (() => void)[]): Promise<void> => {
  for (const act of acts) {
    act()
    await Bun.sleep(pauseMs)
  }
}
const parts = ['first part, ', 'second part, ', 'third part, ', 'the end\n']
/** Every generation but the last is a part that once stood there alone; the last is all of it. */
const growing = (contents: readonly string[], whole: string) => {
  expect(contents.at(-1)).toBe(whole)
  for (const part of contents) expect(whole).toStartWith(part)
}

describe('a writer that trusts in quiet alone', () => {
  test('appends with pauses shorter than settle_seconds: one generation, and it is whole', async () => {
    const path = zoo.at('raw', 'append-short')
    await paced(shortPauseMs, parts.map((part) => () => appendFileSync(path, part)))
    await zoo.settled('raw', 'append-short')
    expect(zoo.generations('raw', 'append-short')).toEqual([parts.join('')])
  })

  test('appends with pauses longer than settle_seconds: each change opens a new generation, and the last is whole', async () => {
    const path = zoo.at('raw', 'append-long')
    await paced(longPauseMs, parts.map((part) => () => appendFileSync(path, part)))
    await zoo.settled('raw', 'append-long')
    const contents = zoo.generations('raw', 'append-long')
    growing(contents, parts.join(''))
    expect(contents.length).toBeGreaterThan(1)
    expect(zoo.told('raw', 'append-long')).toEqual(contents.flatMap((_, at) => [`detected#${at + 1}`, `archived#${at + 1}`]))
  })

  test('preallocates and fills: holes that were archived are followed by what filled them', async () => {
    for (const [name, pauseMs] of [['prealloc-short', shortPauseMs], ['prealloc-long', longPauseMs]] as const) {
      const fd = openSync(zoo.at('raw', name), 'w')
      ftruncateSync(fd, 4 * 4096)
      await paced(pauseMs, [0, 1, 2, 3].map((block) => () => writeSync(fd, String(block).repeat(4096), block * 4096)))
      closeSync(fd)
      await zoo.settled('raw', name)
      const contents = zoo.generations('raw', name)
      expect(contents.at(-1)).toBe([0, 1, 2, 3].map((block) => String(block).repeat(4096)).join(''))
      if (pauseMs === shortPauseMs) expect(contents).toHaveLength(1)
    }
  })

  test('makes a file of zero bytes and fills it later', async () => {
    await paced(longPauseMs, [() => writeFileSync(zoo.at('raw', 'zero'), ''), () => writeFileSync(zoo.at('raw', 'zero'), 'filled')])
    await zoo.settled('raw', 'zero')
    expect(zoo.generations('raw', 'zero')).toEqual(['', 'filled'])
  })

  test('writes over what was archived, in place, with as many bytes and the same mtime', async () => {
    const path = zoo.at('raw', 'in-place')
    writeFileSync(path, 'one')
    await zoo.settled('raw', 'in-place')
    const { atime, mtime } = statSync(path)
    const fd = openSync(path, 'r+')
    writeSync(fd, 'two')
    closeSync(fd)
    utimesSync(path, atime, mtime)
    await zoo.settled('raw', 'in-place')
    expect(zoo.generations('raw', 'in-place')).toEqual(['one', 'two'])
  })

  test('truncates what was archived and writes it anew', async () => {
    const path = zoo.at('raw', 'truncated')
    writeFileSync(path, 'the first content')
    await zoo.settled('raw', 'truncated')
    truncateSync(path)
    await paced(shortPauseMs, parts.map((part) => () => appendFileSync(path, part)))
    await zoo.settled('raw', 'truncated')
    expect(zoo.generations('raw', 'truncated')).toEqual(['the first content', parts.join('')])
  })

  test('writes under a temporary name and renames: one generation, and the temporary name is no row', async () => {
    const path = zoo.at('raw', 'renamed')
    await paced(longPauseMs, parts.slice(0, 2).map((part) => () => appendFileSync(`${path}.part`, part)))
    renameSync(`${path}.part`, path)
    await zoo.settled('raw', 'renamed')
    expect(zoo.generations('raw', 'renamed')).toEqual([parts.slice(0, 2).join('')])
    expect(zoo.project.rows("select 1 from file_components where filename like '%.part'")).toEqual([])
  })

  test('deletes or renames while it settles: nothing is archived under the old name', async () => {
    writeFileSync(zoo.at('raw', 'deleted'), 'gone')
    writeFileSync(zoo.at('raw', 'old-name'), 'moved')
    await Bun.sleep(settleMs / 2)
    rmSync(zoo.at('raw', 'deleted'))
    renameSync(zoo.at('raw', 'old-name'), zoo.at('raw', 'new-name'))
    await zoo.settled('raw', 'new-name')
    expect([zoo.generations('raw', 'deleted'), zoo.generations('raw', 'old-name'), zoo.generations('raw', 'new-name')])
      .toEqual([[], [], ['moved']])
  })

  test('sets mtimes of 1970 and of the future, while it goes on writing', async () => {
    for (const [name, year] of [['past', 0], ['future', 4_000_000_000]] as const) {
      const path = zoo.at('raw', name)
      await paced(shortPauseMs, parts.map((part) => () => {
        appendFileSync(path, part)
        utimesSync(path, year, year)
      }))
      await zoo.settled('raw', name)
      expect(zoo.generations('raw', name)).toEqual([parts.join('')])
      writeFileSync(path, parts.join('').toUpperCase())
      utimesSync(path, year, year)
      await zoo.settled('raw', name)
      expect(zoo.generations('raw', name)).toEqual([parts.join(''), parts.join('').toUpperCase()])
    }
  })
})

describe('a writer that keeps its file open', () => {
  test('may pause for as long as it likes', async () => {
    const fd = openSync(zoo.at('held', 'open'), 'w')
    await paced(longPauseMs, parts.map((part) => () => writeSync(fd, part)))
    expect(zoo.generations('held', 'open')).toEqual([])
    closeSync(fd)
    await zoo.settled('held', 'open')
    expect(zoo.generations('held', 'open')).toEqual([parts.join('')])
  })

  test('is seen by run --once, too, which says that it left the file', async () => {
    const once = openZoo()
    try {
      const fd = openSync(once.at('held', 'open'), 'w')
      writeSync(fd, 'begin')
      await Bun.sleep(longPauseMs)
      expect((await once.project.run('run', '--once')).err).toContain('1 files still change, left for the next run')
      const { out } = await once.project.run('explain', 'open')
      expect(out).toMatch(/Settling since .*: pid \d+ \(.*\) has it open for writing\./)
      writeSync(fd, ' and end')
      closeSync(fd)
      await once.project.run('run', '--once')
      expect(once.generations('held', 'open')).toEqual(['begin and end'])
      expect(once.wrongs()).toEqual([])
    } finally {
      await once.project.close()
    }
  })

  test.skipIf(Bun.which('python3') === null)('may have it mapped alone, and write through the mapping', async () => {
    const path = zoo.at('held', 'mapped')
    const script = [
      'import mmap, os, time', `fd = os.open(${JSON.stringify(path)}, os.O_RDWR | os.O_CREAT)`, 'os.ftruncate(fd, 4096)',
      'm = mmap.mmap(fd, 4096)', 'os.close(fd)', `m[0:3] = b"one"`, `time.sleep(${longPauseMs / 1000})`, 'm[4:7] = b"two"',
      `time.sleep(${longPauseMs / 1000})`, 'm[8:11] = b"end"',
    ].join('\n')
    const writer = Bun.spawn(['python3', '-c', script], { stdin: 'ignore', stdout: 'inherit', stderr: 'inherit' })
    expect(await writer.exited).toBe(0)
    await zoo.settled('held', 'mapped')
    const contents = zoo.generations('held', 'mapped')
    expect(contents).toHaveLength(1)
    expect(contents[0]).toStartWith('one\0two\0end\0')
  })
})

describe('a watch that asks for more than quiet', () => {
  test('ready = "close": closed and renamed files do not wait for settle_seconds, nothing half is taken', async () => {
    const path = zoo.at('closed', 'a')
    const fd = openSync(path, 'w')
    await paced(shortPauseMs, parts.map((part) => () => writeSync(fd, part)))
    closeSync(fd)
    await zoo.settled('closed', 'a')
    writeFileSync(`${path}.part`, 'whole')
    renameSync(`${path}.part`, zoo.at('closed', 'b'))
    await zoo.settled('closed', 'b')
    expect([zoo.generations('closed', 'a'), zoo.generations('closed', 'b')]).toEqual([[parts.join('')], ['whole']])
  })

  test('ready = "marker": nothing before the marker, and not by an old one', async () => {
    const path = zoo.at('marked', 'a')
    await paced(longPauseMs, parts.map((part) => () => appendFileSync(path, part)))
    expect(zoo.generations('marked', 'a')).toEqual([])
    writeFileSync(`${path}.done`, '')
    await zoo.settled('marked', 'a')
    await paced(longPauseMs, [() => writeFileSync(path, 'half of'), () => appendFileSync(path, ' the next')])
    expect(zoo.generations('marked', 'a')).toEqual([parts.join('')])
    writeFileSync(`${path}.done`, '')
    await zoo.settled('marked', 'a')
    expect(zoo.generations('marked', 'a')).toEqual([parts.join(''), 'half of the next'])
    expect(zoo.project.rows("select 1 from file_components where filename like '%.done'")).toEqual([])
  })

  test('ready = "checksum": nothing before the checksum agrees, whichever came first', async () => {
    const md5 = (text: string) => createHash('md5').update(text).digest('hex')
    const path = zoo.at('summed', 'a')
    await paced(longPauseMs, parts.map((part) => () => appendFileSync(path, part)))
    writeFileSync(`${path}.md5`, `MD5 (a) = ${md5(parts.join(''))}\r\n`)
    await zoo.settled('summed', 'a')
    expect(zoo.generations('summed', 'a')).toEqual([parts.join('')])
    writeFileSync(zoo.at('summed', 'b.md5'), `\ufeff${md5(parts.join(''))} *b\r\n`)
    await paced(longPauseMs, parts.map((part) => () => appendFileSync(zoo.at('summed', 'b'), part)))
    await zoo.settled('summed', 'b')
    expect(zoo.generations('summed', 'b')).toEqual([parts.join('')])
    expect(zoo.told('summed', 'b')).toContain('integrity_failed#1')
  })
})

describe('with run --once again and again', () => {
  let once: Zoo
  beforeAll(() => {
    once = openZoo()
  })
  afterAll(() => once.project.close())
  const passesDuring = async (work: Promise<void>) => {
    let isOver = false
    const end = work.finally(() => {
      isOver = true
    })
    while (!isOver) expect((await once.project.run('run', '--once')).code).toBe(0)
    await end
    await once.project.run('run', '--once')
    expect(once.wrongs()).toEqual([])
  }

  test('an appending writer is taken whole, or followed by what it appends', async () => {
    const append = (name: string) => parts.map((part) => () => appendFileSync(once.at('raw', name), part))
    await passesDuring(Promise.all([paced(shortPauseMs, append('short')), paced(longPauseMs, append('long'))]).then(() => undefined))
    expect(once.generations('raw', 'short')).toEqual([parts.join('')])
    growing(once.generations('raw', 'long'), parts.join(''))
  })

  test('what is linked in and then written by its other name is a new generation', async () => {
    mkdirSync(`${once.project.root}/elsewhere`)
    const other = `${once.project.root}/elsewhere/linked`
    writeFileSync(other, 'one')
    linkSync(other, once.at('raw', 'linked'))
    await once.project.run('run', '--once')
    appendFileSync(other, ', two')
    await once.project.run('run', '--once')
    expect(once.generations('raw', 'linked')).toEqual(['one', 'one, two'])
    expect(once.told('raw', 'linked')).toEqual(['detected#1', 'archived#1', 'detected#2', 'archived#2'])
  })

  test('a file that was taken for its checksum, or for its marker, is whole', async () => {
    writeFileSync(once.at('marked', 'a'), 'half')
    await once.project.run('run', '--once')
    appendFileSync(once.at('marked', 'a'), ' and half')
    writeFileSync(once.at('marked', 'a.done'), '')
    await once.project.run('run', '--once')
    expect(once.generations('marked', 'a')).toEqual(['half and half'])
  })

  test('a set that is delivered again, one member after the other, is never a mixture', async () => {
    const write = (n: number) => [
      () => writeFileSync(once.at('pairs', 'set.txt'), `text ${n}`), () => writeFileSync(once.at('pairs', 'set.json'), `{"of": ${n}}`),
    ]
    await passesDuring(paced(settleMs * 2, [...write(0), ...write(1), ...write(2).toReversed()]))
    await Bun.sleep(2000)
    await once.project.run('run', '--once')
    unmixed(once)
    expect(once.generations('pairs', 'set.txt').at(-1)).toBe('text 2')
    expect(once.generations('pairs', 'set.json').at(-1)).toBe('{"of": 2}')
  })
})

/** Under each archived name both members are of one delivery. Gives how many sets there are. */
const unmixed = ({ project }: Zoo): number => {
  const kept = Object.entries(project.archived()).filter(([name]) => name.startsWith('pairs/set'))
  const sets = Map.groupBy(kept, ([name]) => name.replace(/\.\w+$/, ''))
  for (const [stem, members] of sets) {
    const deliveries = new Set(members.map(([, content]) => /\d+/.exec(content)?.[0]))
    expect([stem, deliveries.size, members.length]).toEqual([stem, 1, 2])
  }
  return sets.size
}

describe('a set whose members come one after the other', () => {
  test('is never a mixture of old and new, at whatever pace it is delivered again', async () => {
    const text = zoo.at('pairs', 'set.txt')
    const json = zoo.at('pairs', 'set.json')
    const paces = [0, shortPauseMs, settleMs, longPauseMs, shortPauseMs]
    for (const [generation, pauseMs] of paces.entries()) {
      const acts = [() => writeFileSync(text, `text ${generation}`), () => writeFileSync(json, `{"of": ${generation}}`)]
      await paced(pauseMs, generation % 2 === 0 ? acts : acts.toReversed())
      await zoo.settled('pairs', 'set.txt')
      await zoo.settled('pairs', 'set.json')
    }
    expect(unmixed(zoo)).toBe(paces.length)
  })
})
