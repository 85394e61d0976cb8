import { type FSWatcher, lstatSync, watch } from 'node:fs'
import { fsPath, joinPath, type Path, pathFromBytes } from '../domain/path.ts'
import { codeOf } from './inotify-calls.ts'
import { instanceFault, limitReason, rootFault } from './inotify-limits.ts'
import type { OpenTree, TreeEvents } from './watched-tree.ts'

/** Trees by `fs.watch`, for where inotify can't be called.
 *
 * It follows new directories by itself, but tells neither a closed file from one that is written on, nor a
 * dropped event from a touched root: an event without a name breaks the tree. What has gone is told of as
 * a name and as a directory, since it may have been either. Directories beyond a limit stay unwatched
 * until the root is opened anew. */
export const openFsWatchTree: OpenTree = async (root, tell) => {
  const { path, recursive } = root
  const watcher = begin(path, recursive, (event, name) => {
    if (name === null) tell.broken(namelessReason(event))
    else tellOf(joinPath(path, pathFromBytes(name)), recursive, tell)
  })
  watcher.on('error', (error) => tell.incomplete(limitReason(codeOf(error))))
  return { retry: () => {}, close: async () => watcher.close() }
}

/** Bun gives no name where it knows none, whatever the types say. */
type Listener = (event: string, name: Buffer | null) => void

const begin = (path: Path, recursive: boolean, listener: Listener): FSWatcher => {
  try {
    return watch(fsPath(path), { recursive, encoding: 'buffer' }, (event, name) => listener(event, name ?? null))
  } catch (error) {
    const code = codeOf(error)
    throw code === 'EMFILE' ? instanceFault(code) : rootFault(path, code)
  }
}

const namelessReason = (event: string): string =>
  event === 'rename'
    ? 'the directory was moved away or deleted'
    : 'an event had no name: events were dropped, or the directory itself was touched'

const tellOf = (path: Path, recursive: boolean, tell: TreeEvents): void => {
  const kind = kindOf(path)
  if (kind !== 'directory') tell.changed(path, false)
  if (kind !== 'file' && recursive) tell.directory(path)
}

const kindOf = (path: Path): 'directory' | 'file' | 'gone' => {
  try {
    const stat = lstatSync(fsPath(path), { throwIfNoEntry: false })
    return stat === undefined ? 'gone' : stat.isDirectory() ? 'directory' : 'file'
  } catch {
    return 'gone'
  }
}
