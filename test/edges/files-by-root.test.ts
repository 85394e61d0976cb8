import { expect, spyOn, test } from 'bun:test'
import { byRoot } from '../../src/edges/files-by-root.ts'
import type { Path } from '../../src/domain/path.ts'

/** The place that each path is asked at. */
const placesOf = async (roots: readonly Path[], paths: readonly Path[]): Promise<readonly (string | null)[]> => {
  const files = byRoot(roots, async (place, _verb, [own]) => (own as readonly Path[]).map(() => place))
  return files.readable(paths) as Promise<readonly (string | null)[]>
}

test('a path is asked at the nearest root at or above it, and at none where it lies below none', async () => {
  const roots = ['/in', '/in/sub', '/in2']
  expect(await placesOf(roots, ['/in/a', '/in/sub/a/b', '/in/sub', '/in/subs', '/in2/a', '/in3', 'in'])).toEqual([
    '/in', '/in/sub', '/in/sub', '/in', '/in2', '', '',
  ])
  expect(await placesOf(['/', '/in'], ['/a', '/in/a', '/'])).toEqual(['/', '/in', '/'])
})

test('to find it takes no longer among many roots than among few', async () => {
  const paths = Array.from({ length: 50 }, (_, at) => `/in/0/${at}`)
  const comparisons = async (count: number): Promise<number> => {
    const spies = [spyOn(String.prototype, 'startsWith'), spyOn(String.prototype, 'lastIndexOf'), spyOn(Set.prototype, 'has')]
    try {
      expect(await placesOf(Array.from({ length: count }, (_, at) => `/in/${at}`), paths)).toEqual(paths.map(() => '/in/0'))
      return spies.reduce((sum, one) => sum + one.mock.calls.length, 0)
    } finally {
      for (const one of spies) one.mockRestore()
    }
  }
  expect(await comparisons(500)).toBe(await comparisons(5))
})
