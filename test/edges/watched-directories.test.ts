import { describe, expect, test } from 'bun:test'
import { type Directory, WatchedDirectories } from '../../src/edges/watched-directories.ts'

const added = (directories: WatchedDirectories, path: string, wd: number, parent: Directory | null): Directory => {
  const put = directories.put(path, wd, parent)
  if (put === null) throw new Error(`${path} stands there already`)
  return put.added
}
const paths = (directories: readonly Directory[] | undefined) => directories?.map(({ path }) => path)

describe('watched directories', () => {
  test('are known by descriptor, and once', () => {
    const directories = new WatchedDirectories()
    const root = added(directories, '/in', 1, null)
    const a = added(directories, '/in/a', 2, root)
    expect(directories.put('/in/a', 2, root)).toBeNull()
    expect([directories.at(1), directories.at(2), directories.at(3)]).toEqual([root, a, undefined])
  })

  test('go with all that is below them', () => {
    const directories = new WatchedDirectories()
    const root = added(directories, '/in', 1, null)
    const a = added(directories, '/in/a', 2, root)
    const b = added(directories, '/in/a/b', 3, a)
    added(directories, '/in/z', 4, root)
    expect(paths(directories.drop(a))).toEqual(['/in/a', '/in/a/b'])
    expect([directories.has(a), directories.has(b), directories.has(root)]).toEqual([false, false, true])
    expect([...root.children.keys()]).toEqual(['/in/z'])
  })

  test('leave the place where they were before, and what was below them there', () => {
    const directories = new WatchedDirectories()
    const root = added(directories, '/in', 1, null)
    added(directories, '/in/a/b', 3, added(directories, '/in/a', 2, root))
    expect(paths(directories.put('/in/new', 2, root)?.dropped)).toEqual(['/in/a', '/in/a/b'])
    expect([directories.at(2)?.path, directories.at(3)]).toEqual(['/in/new', undefined])
    expect([...root.children.keys()]).toEqual(['/in/new'])
  })

  test('take the place of others', () => {
    const directories = new WatchedDirectories()
    const root = added(directories, '/in', 1, null)
    added(directories, '/in/a', 2, root)
    expect(paths(directories.put('/in/a', 5, root)?.dropped)).toEqual(['/in/a'])
    expect([directories.at(2), directories.at(5)?.path]).toEqual([undefined, '/in/a'])
  })
})
