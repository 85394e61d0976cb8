import { Fault } from '../../domain/fault.ts'
import { numberedName } from '../../domain/group-key.ts'
import { joinPath, showPath, type Path } from '../../domain/path.ts'
import type { PutGroup, PutMember } from '../../world.ts'
import type { FileId } from './copy.ts'
import type { OpenArchive } from './layout.ts'
import type { Draft, Staged } from './stage-group.ts'
import { lookAtName, standingAt } from './standing.ts'
import type { Content, Holding, TakenNumbers } from './taken-numbers.ts'

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

/** What is known of names before they are looked at: those that other groups are about to get, with the digests of their
 *  bytes, and those that were found taken. */
export type KnownNames = { readonly claims: ReadonlyMap<Path, string>; readonly taken: TakenNumbers }

/** Numbers beyond the one that the group bears before the destination counts as crowded. */
const mostNumbers = 100_000

/** A number under which every member of the group finds its name free or already holding its bytes: the smallest, but for
 *  those that were found taken before and given up since. A stranger is never touched; the first one met is named.
 *  `later`: a name is about to hold these same bytes. */
export const choosePlaces = (open: OpenArchive, draft: Draft, known: KnownNames): Choice | 'later' => {
  const { group } = draft
  requireDistinctNames(group)
  const wanted = wantedBy(draft, open)
  const found: Holding[] = []
  let number = firstPossible(wanted, group.number, known)
  let stranger = number === group.number ? null : standsAt(wanted, group.number, known)
  for (; number < group.number + mostNumbers; number = firstPossible(wanted, number + 1, known)) {
    const tried = tryNumber(wanted, number, { group, open, known })
    if (tried === 'later') return 'later'
    if ('placed' in tried) {
      known.taken.remember(wanted.names, [...found, { number, at: 0, sizeBytes: -1, mark: wanted.contents[0]?.mark ?? '' }])
      return { number, placed: tried.placed, stranger }
    }
    stranger ??= tried.stranger
    found.push(tried.holding)
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

/** The members, where they are to stand, and all their names without a number. */
type Wanted = {
  readonly group: PutGroup
  readonly directory: Path
  readonly names: string
  readonly members: readonly { readonly member: PutMember; readonly staged: Staged }[]
  readonly contents: readonly Content[]
}

const wantedBy = ({ group, staged }: Draft, open: OpenArchive): Wanted => {
  const directory = joinPath(open.root, group.directory)
  const isLink = open.archive.action === 'symlink'
  const members = group.members.map((member, index) => {
    const own = staged[index]
    if (own === undefined) throw new Error('archive: a member was not staged')
    return { member, staged: own }
  })
  return {
    group, directory, members,
    names: [directory, ...group.members.map((one) => one.stem + one.extension)].join('/'),
    contents: members.map(({ member, staged: { sha256 } }) =>
      (isLink ? { sizeBytes: -1, mark: member.source } : { sizeBytes: member.identity.sizeBytes, mark: sha256 })),
  }
}

/** The smallest number from this one on that is not known to be taken. What a group is to replace is looked at, known or
 *  not. What was found taken counts as long as the last of it stands. */
const firstPossible = (wanted: Wanted, number: number, known: KnownNames): number => {
  if (wanted.group.replaces.length > 0) return number
  const next = known.taken.beyond(wanted.names, number, wanted.contents)
  if (next === number || standsAt(wanted, next - 1, known) !== null) return next
  known.taken.forget(wanted.names)
  return number
}

/** The first of the names under a number that is taken, or about to be. */
const standsAt = ({ directory, members }: Wanted, number: number, { claims }: KnownNames): Path | null => {
  const targets = members.values().map(({ member }) => joinPath(directory, numberedName(member.stem, member.extension, number)))
  return targets.find((one) => claims.has(one) || lookAtName(one) !== null) ?? null
}

type Trial = { readonly group: PutGroup; readonly open: OpenArchive; readonly known: KnownNames }
type Tried = { readonly placed: readonly Placed[] } | { readonly stranger: Path; readonly holding: Holding } | 'later'

const tryNumber = ({ members }: Wanted, number: number, { group, open, known }: Trial): Tried => {
  const placed: Placed[] = []
  for (const [at, { member, staged }] of members.entries()) {
    const key = joinPath(group.directory, numberedName(member.stem, member.extension, number))
    const own = { member, staged, key, target: joinPath(open.root, key) }
    const claimed = known.claims.get(own.target)
    if (claimed === staged.sha256) return 'later'
    if (claimed !== undefined) return { stranger: own.target, holding: { number, at, sizeBytes: -1, mark: claimed } }
    const standing = standingAt(own, group, open)
    if (standing.is === 'stranger') {
      return { stranger: own.target, holding: { number, at, sizeBytes: standing.sizeBytes, mark: standing.mark } }
    }
    placed.push({
      ...own, standing: standing.is, displaces: 'displaces' in standing ? standing.displaces : null,
      holdsSame: 'holdsSame' in standing && standing.holdsSame === true,
    })
  }
  return { placed }
}
