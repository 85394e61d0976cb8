import { expect, test } from 'bun:test'
import { openHintBook } from '../../src/service/hint-book.ts'

const path = (name: string, root = 'w') => ({ is: 'path', root, path: `/in/${name}` }) as const
const directory = (name: string) => ({ is: 'directory', root: 'w', path: `/in/${name}` }) as const
const root = (reason: string) => ({ is: 'root', root: 'w', reason, lost: false }) as const

test('each place is noted once, by its root', () => {
  const book = openHintBook(() => undefined)
  for (const hint of [path('a'), path('a'), path('b'), directory('d'), directory('d'), path('a', 'v')]) book.note(hint)
  const taken = book.take()
  expect([...(taken.get('w')?.paths ?? [])]).toEqual(['/in/a', '/in/b'])
  expect([...(taken.get('w')?.directories ?? [])]).toEqual(['/in/d'])
  expect([...(taken.get('v')?.paths ?? [])]).toEqual(['/in/a'])
  expect(taken.get('w')?.scan).toBeNull()
})

test('what was taken is not there any more', () => {
  const book = openHintBook(() => undefined)
  book.note(path('a'))
  expect(book.hasNews()).toBe(true)
  book.take()
  expect([book.hasNews(), book.take().size]).toEqual([false, 0])
})

test('what was noted of a busy root stays, unless it is to be scanned', () => {
  const book = openHintBook(() => undefined)
  const isBusy = (name: string) => name === 'w'
  book.note(path('a'))
  expect([book.hasNews(isBusy), book.take(isBusy).size]).toEqual([false, 0])
  book.note(path('b', 'v'))
  expect([...book.take(isBusy).keys()]).toEqual(['v'])
  book.note(root('overflow'))
  expect(book.hasNews(isBusy)).toBe(true)
  expect(book.take(isBusy).get('w')?.paths).toEqual(new Set(['/in/a']))
})

test('the whole root is scanned for the last reason', () => {
  const book = openHintBook(() => undefined)
  for (const hint of [root('overflow'), path('a'), root('it was moved')]) book.note(hint)
  expect(book.take().get('w')).toMatchObject({ scan: { why: 'it was moved' }, paths: new Set(['/in/a']) })
})

test('too many paths, or directories, become a scan', () => {
  for (const hint of [path, directory]) {
    const book = openHintBook(() => undefined, 3)
    for (const name of ['a', 'b', 'c']) book.note(hint(name))
    expect(book.take().get('w')?.scan).toBeNull()
    for (const name of ['a', 'b', 'c', 'd']) book.note(hint(name))
    const noted = book.take().get('w')
    expect(noted).toEqual({ paths: new Set(), closed: new Set(), directories: new Set(), scan: { why: 'more than 3 changes at once' } })
  }
})

test('every hint wakes whoever waits', () => {
  let woken = 0
  const book = openHintBook(() => {
    woken += 1
  })
  book.note(path('a'))
  book.note(root('overflow'))
  expect(woken).toBe(2)
})

test('it says whether a hint that waits leads to a path', () => {
  const book = openHintBook(() => undefined)
  for (const hint of [path('a'), directory('d')]) book.note(hint)
  const told = (...names: string[]) => names.filter((name) => book.tellsOf('w', `/in/${name}`))
  expect(told('a', 'b', 'd/x', 'd/e/x', 'dd/x')).toEqual(['a', 'd/x', 'd/e/x'])
  expect(book.tellsOf('v', '/in/a')).toBe(false)
  book.note(root('overflow'))
  expect(told('b', 'dd/x')).toEqual(['b', 'dd/x'])
  book.take()
  expect(told('a', 'b')).toEqual([])
})
