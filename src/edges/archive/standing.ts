import { fstatSync, fsyncSync, readlinkSync } from 'node:fs'
import { Fault } from '../../domain/fault.ts'
import { baseName, fsPath, parentOf, pathFromBytes, showPath, type Path } from '../../domain/path.ts'
import type { PutGroup, PutMember, Sight } from '../../world.ts'
import { digestOf } from '../contents.ts'
import { codeOf } from '../disk-errors.ts'
import { openToRead } from '../file-calls.ts'
import { dropCache } from '../libc.ts'
import { lookAt } from '../look-at.ts'
import { withFile } from '../with-file.ts'
import { fileId, type FileId } from './copy.ts'
import { makesCopies, type OpenArchive } from './layout.ts'
import type { Staged } from './stage-group.ts'

/** What stands at a name, for a member that is to bear it: nothing, these same bytes, the earlier generation that is to be
 *  replaced, or a stranger, with what is known of its content. */
export type Standing =
  | { readonly is: 'free' | 'same' }
  | { readonly is: 'replaced'; readonly displaces: FileId; readonly holdsSame?: boolean }
  | { readonly is: 'stranger'; readonly sizeBytes: number; readonly mark: string | null }

type Wanted = { readonly member: PutMember; readonly staged: Staged; readonly key: Path; readonly target: Path }

/** Compared by content: same size is never taken for same content. */
export const standingAt = (one: Wanted, group: PutGroup, open: OpenArchive): Standing => {
  const found = lookAtName(one.target)
  if (found === null) return { is: 'free' }
  if (found.kind === 'symlink' && open.archive.action === 'symlink') {
    const target = linkTarget(one.target)
    return target === one.member.source ? { is: 'same' } : { is: 'stranger', sizeBytes: -1, mark: target }
  }
  if (found.kind !== 'file') return { is: 'stranger', sizeBytes: -1, mark: '' }
  const { sizeBytes } = found.identity
  const isSource = fileId(found.identity) === one.staged.source
  if (isSource) {
    return makesCopies(open) && !one.member.fromArchive ? { is: 'stranger', sizeBytes, mark: null } : { is: 'same' }
  }
  const replaced = group.replaces.find((each) => each.key === one.key)
  if (sizeBytes !== one.member.identity.sizeBytes && replaced === undefined) return { is: 'stranger', sizeBytes, mark: null }
  const digest = digestOfFile(one.target, { fromDisk: open.archive.verify === 'readback', isOurs: replaced !== undefined })
  const displaces = fileId(found.identity)
  if (digest === one.staged.sha256) {
    return open.isShared === true && makesCopies(open) ? { is: 'replaced', displaces, holdsSame: true } : { is: 'same' }
  }
  if (replaced === undefined || digest !== replaced.sha256) return { is: 'stranger', sizeBytes, mark: digest ?? '' }
  return { is: 'replaced', displaces }
}

/** Null where nothing stands. */
export const lookAtName = (target: Path): Sight | null => {
  try {
    return lookAt(target, false)
  } catch (error) {
    if (codeOf(error) !== 'ENAMETOOLONG') throw error
    throw new Fault(`the name ${showPath(baseName(target))} is too long for ${showPath(parentOf(target))}`, {
      remedy: 'shorten it where it comes from, or change the destination', cause: error,
    })
  }
}

const linkTarget = (path: Path): Path =>
  pathFromBytes(readlinkSync(fsPath(path), { encoding: 'buffer' }) as unknown as Buffer)

/** Null where a file may not be read: then it is nobody we know. An earlier generation of our own has to be readable. */
const digestOfFile = (path: Path, { fromDisk, isOurs }: { fromDisk: boolean; isOurs: boolean }): string | null => {
  try {
    return withFile(openToRead(path), (fd) => (fstatSync(fd).isFile() ? digestIn(fd, fromDisk) : null))
  } catch (error) {
    if (!isOurs && (codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM')) return null
    throw error
  }
}

/** `fromDisk`: what the page cache holds of it is dropped first, and only what is durable can be dropped. */
export const digestIn = (fd: number, fromDisk: boolean): string => {
  if (fromDisk) {
    fsyncSync(fd)
    dropCache(fd)
  }
  return digestOf(fd)
}
