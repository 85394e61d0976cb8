import { linkSync, lstatSync, realpathSync, rmSync, statSync, statfsSync, symlinkSync } from 'node:fs'
import { Fault } from '../../domain/fault.ts'
import { fsPath, joinPath, showPath, type Path } from '../../domain/path.ts'
import type { PutGroup, PutMember, PutResult } from '../../world.ts'
import { digestOf } from '../contents.ts'
import { diskFault, isOfSource } from '../disk-errors.ts'
import { openToRead } from '../file-calls.ts'
import { lookAt, lookAtOpen } from '../look-at.ts'
import { withFile } from '../with-file.ts'
import { copyFile, fileId, isExpected, type Copied, type FileId } from './copy.ts'
import { makesCopies, type OpenArchive } from './layout.ts'

/** A group whose members are staged, in their order. */
export type Draft = { readonly group: PutGroup; readonly staged: readonly Staged[] }
export type Staged = {
  readonly path: Path
  readonly sha256: string
  readonly inode: string
  /** The very file it was made from. */
  readonly source: FileId
  /** Bytes that it takes of the file system. */
  readonly room: number
}

type Options = { readonly part: Path; readonly sync: boolean; readonly results: Map<PutGroup, PutResult> }

/** A group that fails gives its room back at once, and a large one does not starve small ones. How much is free is
 *  asked again as it gets less. A group that does not fit as a copy is not begun, though it might be cloned: nobody knows
 *  before. */
export const stageAll = (
  open: OpenArchive, put: Path, groups: readonly PutGroup[], { part, sync, results }: Options,
): readonly Draft[] => {
  let free = freeBytes(part)
  let unasked = 0
  return groups.flatMap((group, index) => {
    const needed = makesCopies(open) ? group.members.reduce((sum, one) => sum + one.identity.sizeBytes, 0) : 0
    const names = group.members.map((_, member) => joinPath(put, `${index}-${member}`))
    unasked += needed
    if (unasked > free / 16) [free, unasked] = [Math.min(free, freeBytes(part)), 0]
    const draft = needed > free - reserveBytes ? full(open, group, needed, free) : stageGroup(open, group, names, sync)
    if ('staged' in draft) {
      free -= draft.staged.reduce((sum, one) => sum + one.room, 0)
      return [draft]
    }
    discard(names)
    results.set(group, draft)
    return []
  })
}

/** What is left to users that are not root. */
export const freeBytes = (directory: Path): number => {
  const space = statfsSync(fsPath(directory), { bigint: true })
  return Number(space.bavail * space.bsize)
}

/** Left free for the file system's own needs and the intents. */
export const reserveBytes = 1 << 20

const full = ({ archive, root }: OpenArchive, group: PutGroup, needed: number, free: number): PutResult => ({
  is: 'fault',
  fault: new Fault(
    `the archive ${archive.name} at ${showPath(root)} is full: ` +
      `the ${needed} bytes of ${group.groupKey} do not fit in ${free}`,
    { remedy: 'make room on it', archive: archive.name },
  ),
})

/** Staged files that nobody needs any more. */
export const discard = (staged: readonly Path[]): void => {
  for (const path of staged) rmSync(fsPath(path), { force: true })
}

const stageGroup = (open: OpenArchive, group: PutGroup, names: readonly Path[], sync: boolean): Draft | PutResult => {
  const staged: Staged[] = []
  for (const [index, member] of group.members.entries()) {
    const path = names[index] ?? ''
    try {
      const copied = stageMember(open, member, path, sync)
      if (copied.is === 'changed') return member.fromArchive ? altered(member) : { is: 'changed', paths: [member.source] }
      staged.push({ path, sha256: copied.sha256, inode: copied.inode, source: copied.source, room: copied.room })
    } catch (error) {
      return trouble(error, open, member)
    }
  }
  return { group, staged }
}

/** Nobody delivers it again, so waiting would not mend it. */
const altered = ({ source }: PutMember): PutResult => ({
  is: 'fault',
  fault: new Fault(`${showPath(source)} is to be taken over, and was altered in the archive`, {
    remedy: 'put back what was archived there, or deliver it again',
  }),
})

/** What the source's own file system refuses is no trouble of the archive. */
const trouble = (error: unknown, { archive, root }: OpenArchive, member: PutMember): PutResult => {
  if (!isOfSource(error, member.source)) {
    const doing = `cannot archive ${showPath(member.source)} below`
    return { is: 'fault', fault: diskFault(error, doing, root, archive.name) }
  }
  if (isAway(member) && !member.fromArchive) return { is: 'changed', paths: [member.source] }
  return { is: 'fault', fault: diskFault(error, 'cannot read', member.source) }
}

const isAway = ({ source, followSymlink }: PutMember): boolean => {
  try {
    return (followSymlink ? statSync : lstatSync)(fsPath(source)).isFile() === false
  } catch {
    return true
  }
}

/** A link is staged like a copy, so that publishing knows only one way. */
const stageMember = (open: OpenArchive, member: PutMember, path: Path, sync: boolean): Copied => {
  const { source, identity, fromArchive, followSymlink = false } = member
  return makesCopies(open)
    ? copyFile(source, identity, path, { mode: open.archive.fileMode, fromArchive, sync, followSymlink })
    : stageLink(open, member, path)
}

const stageLink = ({ archive }: OpenArchive, member: PutMember, path: Path): Copied => {
  const { source, identity, fromArchive, followSymlink = false } = member
  return withFile(openToRead(source, followSymlink), (fd) => {
    const before = lookAtOpen(fd)
    if (!isExpected(identity, before.text, fromArchive)) return { is: 'changed' }
    const sha256 = digestOf(fd)
    if (lookAtOpen(fd).text !== before.text) return { is: 'changed' }
    if (archive.action === 'hardlink') linkSync(followSymlink ? realpathSync(fsPath(source)) : fsPath(source), fsPath(path))
    else symlinkSync(fsPath(source), fsPath(path))
    const made = lookAt(path, false)
    if (made === null || (archive.action === 'hardlink' && fileId(made.identity) !== fileId(before))) return { is: 'changed' }
    return { is: 'copied', sha256, inode: made.identity.inode, source: fileId(before), room: 0 }
  })
}
