import {
  closeSync, constants, fstatSync, lstatSync, readdirSync, renameSync, statSync, unlinkSync,
  type BigIntStats,
} from 'node:fs'
import { Fault } from '../domain/fault.ts'
import { isUntouched, type FileKind, type Identity } from '../domain/identity.ts'
import { baseName, fsPath, joinPath, parentOf, pathBytes, pathFromBytes, showPath, type Path } from '../domain/path.ts'
import { kindOf as kindOfSight, sightOf, sightText, type SightText } from '../domain/sight.ts'
import type { FileSystem, Files, Inspection, InspectJob, Listing, Removal, RemoveJob, Sight } from '../world.ts'
import { codeOf, diskFault } from './disk-errors.ts'
import { isReadable, openFile, readAt } from './file-calls.ts'
import { fileSystemId } from './libc.ts'
import { moveNoReplace } from './no-replace.ts'
import { writersOf } from './open-for-writing.ts'
import { pulse } from './pulse.ts'
import { statxOpen, statxText, type OpenFile } from './statx.ts'

/** The delivery trees on this machine's file systems. Calls block, so this runs in a worker. */
export const disk: Files = {
  list: async (directory) => orFault(() => list(directory), 'cannot list', directory),
  fileSystemOf: async (directory) => orFault(() => fileSystemOf(directory), 'cannot look at', directory),
  look: async (paths, followSymlinks = false) =>
    paths.map((path) => orFault(() => lookAt(path, followSymlinks), 'cannot look at', path)),
  glance: async (paths, followSymlinks = false) =>
    paths.map((path) => orFault(() => glanceAt(path, followSymlinks), 'cannot look at', path)),
  readable: async (paths, followSymlinks = false) => paths.map((path) => readableAt(path, followSymlinks)),
  inspect: async (jobs) => jobs.map(inspect),
  writers: async (written) => writersOf(written),
  remove: async (jobs) => jobs.map(remove),
}

const orFault = <T>(work: () => T, doing: string, path: Path): T | Fault => {
  try {
    return work()
  } catch (error) {
    return diskFault(error, doing, path)
  }
}

const list = (directory: Path): Listing => {
  const names = readdirSync(fsPath(directory), { encoding: 'latin1' }).sort().map(fromLatin1)
  return { fileSystem: fileSystemOf(directory), names: names.filter((one) => !isAside(one)) }
}

/** A byte a character: a tenth of what a Buffer a name takes, and in the order of the bytes. */
const fromLatin1 = (name: string): Path =>
  /^[\x20-\x7e]*$/.test(name) ? name : pathFromBytes(Buffer.from(name, 'latin1'))

/** statfs(2) magic numbers of file systems whose every change this kernel sees. */
const localTypes: Readonly<Record<number, string>> = {
  0xef53: 'ext4', 0x58465342: 'xfs', 0x9123683e: 'btrfs', 0x01021994: 'tmpfs', 0x2fc12fc1: 'zfs', 0xf2f52010: 'f2fs',
  0x794c7630: 'overlay', 0x858458f6: 'ramfs', 0x3153464a: 'jfs', 0x52654973: 'reiserfs', 0xca451a4e: 'bcachefs',
}
const remoteTypes: Readonly<Record<number, string>> = {
  0x6969: 'nfs', 0xff534d42: 'cifs', 0xfe534d42: 'smb2', 0x517b: 'smb', 0x65735546: 'fuse', 0x00c36400: 'ceph',
  0x0bd00bd0: 'lustre', 0x01021997: '9p', 0x5346414f: 'afs', 0x47504653: 'gpfs',
}

/** Whether other machines may have it mounted as well. */
export const isNetwork = ({ type }: FileSystem): boolean => type !== 'fuse' && Object.values(remoteTypes).includes(type)

/** Which file system stands here: a mount point and the empty directory below it have different ids. */
export const fileSystemOf = (path: Path): FileSystem => {
  const { magic, id, freeBytes } = fileSystemId(path)
  const local = localTypes[magic]
  const type = local ?? remoteTypes[magic] ?? `0x${magic.toString(16)}`
  return { id: `${magic.toString(16)}:${id}`, type, local: local !== undefined, freeBytes }
}

/** Null where nothing stands. Throws what the system reports. */
export const lookAt = (path: Path, followSymlinks: boolean): Sight | null => {
  const text = glanceAt(path, followSymlinks)
  return text === null ? null : sightOf(text)
}

const glanceAt = (path: Path, followSymlinks: boolean): SightText | null => {
  pulse()
  const text = statxText(path, followSymlinks)
  if (text !== undefined) return text
  const stat = followSymlinks ? statSync : lstatSync
  const found = stat(fsPath(path), { bigint: true, throwIfNoEntry: false })
  return found === undefined ? null : sightText(kindOf(found), identityOf(found))
}

const readableAt = (path: Path, followSymlinks: boolean): SightText | null => {
  pulse()
  const text = statxText(path, followSymlinks) ?? null
  return text !== null && kindOfSight(text) === 'file' && isReadable(path) ? text : null
}

const kindOf = (found: BigIntStats): FileKind =>
  found.isFile() ? 'file' : found.isDirectory() ? 'directory' : found.isSymbolicLink() ? 'symlink' : 'other'

/** What is open there: its state, its permission bits. */
export const lookAtOpen = (fd: number): OpenFile => {
  const seen = statxOpen(fd)
  if (seen !== null) return seen
  const found = fstatSync(fd, { bigint: true })
  const identity = identityOf(found)
  return { ...identity, text: sightText(kindOf(found), identity), mode: Number(found.mode & 0o7777n) }
}

const identityOf = (found: BigIntStats): Identity => ({
  sizeBytes: Number(found.size),
  mtimeNs: String(found.mtimeNs),
  ctimeNs: String(found.ctimeNs),
  inode: String(found.ino),
  device: String(found.dev),
})

/** Opens without waiting, so that a FIFO put in a file's place cannot hold the worker. */
export const openToRead = (path: Path, followSymlink = false): number =>
  openFile(path, constants.O_RDONLY | constants.O_NONBLOCK | (followSymlink ? 0 : constants.O_NOFOLLOW))

const inspect = (job: InspectJob): Inspection => {
  pulse()
  let fd: number
  try {
    fd = openToRead(job.path, job.followSymlink)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return { is: 'gone' }
    if (code === 'ENXIO') return { is: 'unreadable', reason: notRegular(job.path) }
    if (refusals.has(code)) return { is: 'unreadable', reason: diskFault(error, 'cannot read', job.path).sentence }
    return { is: 'fault', fault: diskFault(error, 'cannot read', job.path) }
  }
  try {
    const found = fstatSync(fd, { bigint: true })
    if (!found.isFile()) return { is: 'unreadable', reason: notRegular(job.path) }
    return { is: 'read', identity: identityOf(found), ...readAs(job.read, fd) }
  } catch (error) {
    return { is: 'fault', fault: diskFault(error, 'cannot read', job.path) }
  } finally {
    closeSync(fd)
  }
}

/** A socket cannot even be opened: ENXIO. */
const notRegular = (path: Path): string => `${showPath(path)} is not a regular file`

/** The file's own fault; ELOOP is a symbolic link. */
const refusals = new Set(['EACCES', 'EPERM', 'ELOOP', 'EISDIR'])

const readAs = (what: InspectJob['read'], fd: number): { sha256?: string; md5?: string; text?: string } => {
  if (what === 'sha256' || what === 'md5') return { [what]: digestOf(fd, what) }
  const limit = what === 'head' ? 1 : sidecarLimit
  const length = readAt(fd, block, Math.min(limit, block.length), 0)
  return what === 'head' ? {} : { text: pathFromBytes(block.subarray(0, length)) }
}

const block = Buffer.allocUnsafe(1 << 18)
const sidecarLimit = block.length

/** Hex digest of an open file from its begin. */
export const digestOf = (fd: number, algorithm: 'sha256' | 'md5' = 'sha256'): string => {
  const hasher = new Bun.CryptoHasher(algorithm)
  for (let at = 0; ; ) {
    pulse()
    const length = readAt(fd, block, block.length, at)
    if (length === 0) return hasher.digest('hex')
    hasher.update(block.subarray(0, length))
    at += length
  }
}

/** Renamed to a private name beside it, looked at, and only then unlinked; anything else is renamed back. A removal
 *  that was cut short goes on where it stopped, since the private name is always the same. */
const remove = ({ path, identity, followSymlink = false }: RemoveJob): Removal => {
  const aside = joinPath(parentOf(path), asideName(path, identity))
  try {
    if (lookAt(aside, false) === null) {
      const standing = lookAt(path, followSymlink)
      if (standing === null) return { is: 'gone' }
      if (!isTheOne(standing, identity)) return { is: 'changed' }
      renameSync(fsPath(path), fsPath(aside))
    }
    return removeAside(aside, path, identity, followSymlink)
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return { is: 'gone' }
    return { is: 'fault', fault: diskFault(error, 'cannot remove the source', path) }
  }
}

/** Short, whatever the length of the name. */
const asideName = (path: Path, { inode }: Identity): Path =>
  `.carbonation-${inode}-${new Bun.CryptoHasher('sha256').update(pathBytes(baseName(path))).digest('hex').slice(0, 16)}`

const isAside = (name: Path): boolean => /^\.carbonation-\d+-[0-9a-f]{16}$/.test(name)

const removeAside = (aside: Path, path: Path, identity: Identity, followSymlink: boolean): Removal => {
  const found = lookAt(aside, followSymlink)
  if (found === null) return { is: 'gone' }
  if (!isTheOne(found, identity)) return putBack(aside, path)
  try {
    unlinkSync(fsPath(aside))
    return { is: 'removed' }
  } catch (error) {
    putBack(aside, path)
    throw error
  }
}

/** A rename alone moves the ctime; the device number changes from boot to boot. */
const isTheOne = (found: Sight, identity: Identity): boolean =>
  found.kind === 'file' && isUntouched(lasting(identity), lasting(found.identity))

const lasting = (identity: Identity): Identity => ({ ...identity, ctimeNs: '', device: '' })

/** A new file may have taken the name meanwhile: it is never replaced. */
const putBack = (aside: Path, path: Path): Removal => {
  try {
    moveNoReplace(aside, path)
    return { is: 'changed' }
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    return {
      is: 'fault',
      fault: new Fault(`${showPath(path)} was written anew while its archived source was removed`, {
        remedy: `look whether what stood there is still needed: it is kept as ${baseName(aside)}`,
      }),
    }
  }
}
