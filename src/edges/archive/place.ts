import { fstatSync, fsyncSync, readlinkSync } from 'node:fs'
import { Fault } from '../../domain/fault.ts'
import { numberedName } from '../../domain/group-key.ts'
import { baseName, fsPath, joinPath, parentOf, pathFromBytes, showPath, type Path } from '../../domain/path.ts'
import type { PutGroup, PutMember, Sight } from '../../world.ts'
import { digestOf } from '../contents.ts'
import { codeOf } from '../disk-errors.ts'
import { openToRead } from '../file-calls.ts'
import { dropCache } from '../libc.ts'
import { lookAt } from '../look-at.ts'
import { withFile } from '../with-file.ts'
import { fileId, type FileId } from './copy.ts'
import { makesCopies, type OpenArchive } from './layout.ts'
import type { Draft, Staged } from './stage-group.ts'

/** One member with the bytes it has and the name it will bear. */
export type Placed = {
  readonly member: PutMember
  readonly staged: Staged
  readonly key: Path
  readonly target: Path
  /** What is there already: nothing, these same bytes, or the earlier generation that is to be replaced. */
  readonly standing: 'free' | 'same' | 'replaced'
  /** The file of the earlier generation. */
  readonly displaces: FileId | null
  /** It holds these same bytes, and may belong to a run of another host that takes it back: where the file system can
   *  exchange files, ours stands there instead. */
  readonly holdsSame: boolean
}

export type Choice = { readonly number: number; readonly placed: readonly Placed[]; readonly stranger: Path | null }

/** The names that other groups are about to get, with the digests of their bytes. */
export type Claims = ReadonlyMap<Path, string>

/** Numbers looked at beyond the one that the group bears before the destination counts as crowded. */
const mostNumbers = 10_000

/** The smallest number under which every member of the group finds its name free or already holding its bytes.
 *  A stranger is never touched; the first one met is named. `later`: a name is about to hold these same bytes. */
export const choosePlaces = (open: OpenArchive, { group, staged }: Draft, claims: Claims): Choice | 'later' => {
  let stranger: Path | null = null
  requireDistinctNames(group)
  for (let number = group.number; number < group.number + mostNumbers; number += 1) {
    const placed: Placed[] = []
    for (const [index, member] of group.members.entries()) {
      const own = staged[index]
      if (own === undefined) throw new Error('archive: a member was not staged')
      const key = joinPath(group.directory, numberedName(member.stem, member.extension, number))
      const one = { member, staged: own, key, target: joinPath(open.root, key) }
      const standing = claims.has(one.target) ? claimed(one, claims) : standingAt(one, group, open)
      if (standing.is === 'later') return 'later'
      if (standing.is === 'stranger') {
        stranger ??= one.target
        break
      }
      placed.push({ ...one, standing: standing.is, displaces: standing.displaces ?? null, holdsSame: standing.holdsSame ?? false })
    }
    if (placed.length === group.members.length) return { number, placed, stranger }
  }
  throw new Fault(`no free name for ${group.groupKey} below ${showPath(joinPath(open.root, group.directory))}`, {
    remedy: 'clear away what stands there, or change the destination',
  })
}

const requireDistinctNames = ({ members, groupKey }: PutGroup): void => {
  const met = new Set<Path>()
  const twice = members.map((one) => one.stem + one.extension).find((name) => met.size === met.add(name).size)
  if (twice === undefined) return
  throw new Fault(`two files of the group ${groupKey} bear the same name ${showPath(twice)}`, {
    remedy: 'group them otherwise, or give them different names',
  })
}

type Unplaced = Pick<Placed, 'member' | 'staged' | 'key' | 'target'>
type Standing = { readonly is: Placed['standing'] | 'stranger' | 'later'; readonly displaces?: FileId; readonly holdsSame?: boolean }

const claimed = ({ target, staged }: Unplaced, claims: Claims): Standing =>
  ({ is: claims.get(target) === staged.sha256 ? 'later' : 'stranger' })

/** Compared by content: same size is never taken for same content. */
const standingAt = (one: Unplaced, group: PutGroup, open: OpenArchive): Standing => {
  const found = lookAtName(one.target)
  if (found === null) return { is: 'free' }
  if (found.kind === 'symlink' && open.archive.action === 'symlink') {
    return { is: linkTarget(one.target) === one.member.source ? 'same' : 'stranger' }
  }
  if (found.kind !== 'file') return { is: 'stranger' }
  const isSource = fileId(found.identity) === one.staged.source
  if (isSource) return { is: makesCopies(open) && !one.member.fromArchive ? 'stranger' : 'same' }
  const replaced = group.replaces.find((each) => each.key === one.key)
  if (found.identity.sizeBytes !== one.member.identity.sizeBytes && replaced === undefined) return { is: 'stranger' }
  const digest = digestOfFile(one.target, { fromDisk: open.archive.verify === 'readback', isOurs: replaced !== undefined })
  if (digest === one.staged.sha256) return open.isShared === true && makesCopies(open) ? { is: 'replaced', displaces: fileId(found.identity), holdsSame: true } : { is: 'same' }
  if (replaced === undefined || digest !== replaced.sha256) return { is: 'stranger' }
  return { is: 'replaced', displaces: fileId(found.identity) }
}

const lookAtName = (target: Path): Sight | null => {
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
