import { closeSync, fstatSync, lstatSync, readlinkSync } from 'node:fs'
import { numberedName } from '../../domain/group-key.ts'
import { fsPath, joinPath, pathFromBytes, type Path } from '../../domain/path.ts'
import type { PutGroup, PutMember } from '../../world.ts'
import { digestOf, openToRead } from '../disk.ts'

/** One member with the bytes it has and the name it will bear. */
export type Placed = {
  readonly member: PutMember
  readonly sha256: string
  readonly key: Path
  readonly target: Path
  /** What is there already: nothing, these same bytes, or the earlier generation that is to be replaced. */
  readonly standing: 'free' | 'same' | 'replaced'
}

/** How high a number may rise before the destination counts as crowded. */
const highestNumber = 10_000

type Choice = { readonly number: number; readonly placed: readonly Placed[]; readonly stranger: Path | null }

/** The smallest number under which every member of the group finds its name free or already holding its bytes.
 *  A stranger is never touched; the first one met is named. */
export const choosePlaces = (
  root: Path, group: PutGroup, digests: readonly string[], isCopy: boolean,
): Choice | null => {
  let stranger: Path | null = null
  for (let number = group.number; number <= highestNumber; number += 1) {
    const placed: Placed[] = []
    for (const [index, member] of group.members.entries()) {
      const key = joinPath(group.directory, numberedName(member.stem, member.extension, number))
      const one = { member, sha256: digests[index] ?? '', key, target: joinPath(root, key) }
      const standing = standingAt(one, group, isCopy)
      if (standing === 'stranger') {
        stranger ??= one.target
        break
      }
      placed.push({ ...one, standing })
    }
    if (placed.length === group.members.length) return { number, placed, stranger }
  }
  return null
}

/** Compared by content: same size is never taken for same content. */
const standingAt = (
  one: Omit<Placed, 'standing'>, group: PutGroup, isCopy: boolean,
): Placed['standing'] | 'stranger' => {
  const found = lstatSync(fsPath(one.target), { bigint: true, throwIfNoEntry: false })
  if (found === undefined) return 'free'
  if (found.isSymbolicLink() && !isCopy) return linkTarget(one.target) === one.member.source ? 'same' : 'stranger'
  if (!found.isFile()) return 'stranger'
  const isSource = String(found.ino) === one.member.identity.inode && String(found.dev) === one.member.identity.device
  if (isSource) return isCopy ? 'stranger' : 'same'
  const replaced = group.replaces.find((each) => each.key === one.key)
  if (Number(found.size) !== one.member.identity.sizeBytes && replaced === undefined) return 'stranger'
  const digest = digestOfFile(one.target)
  if (digest === one.sha256) return 'same'
  return replaced !== undefined && digest === replaced.sha256 ? 'replaced' : 'stranger'
}

const linkTarget = (path: Path): Path => pathFromBytes(readlinkSync(fsPath(path), { encoding: 'buffer' }) as unknown as Buffer)

/** Null where it cannot be read: then it is nobody we know. */
const digestOfFile = (path: Path): string | null => {
  const fd = openToRead(path)
  try {
    return fstatSync(fd).isFile() ? digestOf(fd) : null
  } finally {
    closeSync(fd)
  }
}
