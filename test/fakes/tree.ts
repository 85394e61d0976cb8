import { createHash } from 'node:crypto'
import { Fault } from '../../src/domain/fault.ts'
import { isUntouched, type FileKind, type Identity } from '../../src/domain/identity.ts'
import { baseName, joinPath, parentOf, pathBytes, showPath, type Path } from '../../src/domain/path.ts'
import { sightText } from '../../src/domain/sight.ts'
import type { Clock, Files, Inspection, InspectJob, Listing, Removal, Sight } from '../../src/world.ts'
import type { Hand } from '../contracts/hand.ts'

/** Delivery and archive trees in memory, and the hand of those who work in them. */
export type FakeTree = Files & Hand & {
  /** From now on reading this path ends like this; null: it can be read again. */
  spoil(path: Path, how: 'refused' | 'broken' | null): void
  /** From now on a source here cannot be removed. */
  pin(path: Path, isPinned: boolean): void
  /** From now on this process has it open for writing; null: none has. */
  hold(path: Path, writer: string | null): void
  /** Every file, by path. */
  contents(below?: Path): Readonly<Record<Path, string>>
  /** Another machine start: every device number is a new one. */
  restart(): void
  /** Exchanges two files, or a file for another, keeping what each is. */
  move(from: Path, to: Path): void
  /** Another file system from now on. */
  remount(id: string): void
}

type Node = {
  readonly kind: FileKind
  readonly content: string
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
  readonly inode: number
}

export const digestOf = (content: string): string => createHash('sha256').update(content).digest('hex')

export const fakeTree = (clock: Pick<Clock, 'now'>, root: Path): FakeTree => {
  const nodes = new Map<Path, Node>()
  const spoiled = new Map<Path, 'refused' | 'broken'>()
  const pinned = new Set<Path>()
  const writers = new Map<Path, string>()
  let inodes = 1000
  let device = 1
  let fileSystem = 'f00d:1'
  let ticks = 0n

  /** Two changes never bear the same time. */
  const nowNs = (): bigint => BigInt(clock.now()) * 1_000_000n + (ticks += 1n)
  const put = (path: Path, kind: FileKind, content: string, more: Partial<Node> = {}) => {
    const at = nowNs()
    nodes.set(path, { kind, content, mtimeNs: at, ctimeNs: at, inode: (inodes += 1), ...more })
  }
  const mkdir = (path: Path): void => {
    if (path === '/' || path === '' || nodes.has(path)) return
    mkdir(parentOf(path))
    put(path, 'directory', '')
  }
  const identityOf = (node: Node): Identity => ({
    sizeBytes: Buffer.byteLength(node.content), mtimeNs: String(node.mtimeNs), ctimeNs: String(node.ctimeNs),
    inode: String(node.inode), device: String(device),
  })
  const sightOf = (path: Path, follow: boolean): Sight | null => {
    const node = nodes.get(path)
    if (node === undefined) return null
    if (node.kind === 'symlink' && follow) return sightOf(node.content, follow)
    return { kind: node.kind, identity: identityOf(node) }
  }
  const inspect = ({ path, read }: InspectJob): Inspection => {
    const node = nodes.get(path)
    if (node === undefined) return { is: 'gone' }
    if (node.kind !== 'file') return { is: 'unreadable', reason: `${showPath(path)} is not a regular file` }
    const how = spoiled.get(path)
    if (how === 'refused') return { is: 'unreadable', reason: `cannot read ${showPath(path)}: permission denied` }
    if (how === 'broken') return { is: 'fault', fault: new Fault(`cannot read ${showPath(path)}: the disk reports an error`) }
    const identity = identityOf(node)
    if (read === 'head') return { is: 'read', identity }
    return read === 'text'
      ? { is: 'read', identity, text: node.content }
      : { is: 'read', identity, [read]: createHash(read).update(node.content).digest('hex') }
  }
  const remove = ({ path, identity }: { path: Path; identity: Identity }): Removal => {
    const node = nodes.get(path)
    if (node === undefined) return { is: 'gone' }
    if (pinned.has(path)) return { is: 'fault', fault: new Fault(`cannot remove the source ${showPath(path)}: permission denied`) }
    const same = { ctimeNs: '', device: '' }
    if (!isUntouched({ ...identity, ...same }, { ...identityOf(node), ...same })) return { is: 'changed' }
    nodes.delete(path)
    return { is: 'removed' }
  }
  const standing = () => ({ id: fileSystem, type: 'fake', local: true })
  const missing = (doing: string, path: Path) => new Fault(`${doing} ${showPath(path)}: it is not there`)
  const isDirectory = (path: Path) => nodes.get(path)?.kind === 'directory'
  const list = (directory: Path): Listing | Fault => {
    if (!isDirectory(directory)) return missing('cannot list', directory)
    const names = [...nodes.keys()].filter((path) => parentOf(path) === directory && path !== '/').map(baseName)
    return { fileSystem: standing(), names: names.sort((a, b) => Buffer.compare(pathBytes(a), pathBytes(b))) }
  }
  mkdir(root)

  return {
    root,
    list: async (directory) => list(directory),
    listSome: async (directories) => directories.map((directory, index) => {
      const listing = list(directory)
      return index === 0 || listing instanceof Fault ? listing : { ...listing, fileSystem: null }
    }),
    fileSystemOf: async (directory) => (isDirectory(directory) ? standing() : missing('cannot look at', directory)),
    look: async (paths, follow = false) => paths.map((path) => sightOf(path, follow)),
    glance: async (paths, follow = false) => paths.map((path) => {
      const sight = sightOf(path, follow)
      return sight === null ? null : sightText(sight.kind, sight.identity)
    }),
    readable: async (paths, follow = false) => paths.map((path) => {
      const sight = sightOf(path, follow)
      return sight?.kind === 'file' && !spoiled.has(path) ? sightText('file', sight.identity) : null
    }),
    inspect: async (jobs) => jobs.map(inspect),
    writers: async (asked) => asked.map((one) => writers.get(one.path) ?? null),
    remove: async (jobs) => jobs.map(remove),

    write: (path, content) => {
      mkdir(parentOf(path))
      const before = nodes.get(path)
      put(path, 'file', content, before === undefined ? {} : { inode: before.inode })
    },
    touch: (path) => {
      const node = nodes.get(path)
      if (node === undefined) throw new Error(`nothing to touch at ${path}`)
      const at = nowNs()
      nodes.set(path, { ...node, mtimeNs: at, ctimeNs: at })
    },
    chmod: (path) => {
      const node = nodes.get(path)
      if (node !== undefined) nodes.set(path, { ...node, ctimeNs: nowNs() })
    },
    mkdir,
    symlink: (path, target) => put(path, 'symlink', target),
    delete: (path) => {
      for (const one of [...nodes.keys()]) if (one === path || one.startsWith(joinPath(path, ''))) nodes.delete(one)
    },
    read: (path) => nodes.get(path)?.content ?? null,
    close: () => undefined,

    spoil: (path, how) => (how === null ? spoiled.delete(path) : spoiled.set(path, how)),
    pin: (path, isPinned) => (isPinned ? pinned.add(path) : pinned.delete(path)),
    hold: (path, writer) => (writer === null ? writers.delete(path) : writers.set(path, writer)),
    contents: (below = '') =>
      Object.fromEntries([...nodes].filter(([path, node]) => node.kind === 'file' && path.startsWith(below))
        .map(([path, node]) => [path, node.content] as const).sort(([a], [b]) => (a < b ? -1 : 1))),
    restart: () => {
      device += 1
    },
    move: (from, to) => {
      const node = nodes.get(from)
      if (node === undefined) throw new Error(`nothing to move at ${from}`)
      mkdir(parentOf(to))
      nodes.set(to, { ...node, ctimeNs: nowNs() })
      nodes.delete(from)
    },
    remount: (id) => {
      fileSystem = id
    },
  }
}
