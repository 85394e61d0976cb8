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
  const found = new Map<Wanted, Holding[]>(wanted.map((one) => [one, []]))
  let number = firstPossible(wanted, group.number, known)
  let stranger = number === group.number ? null : knownStranger(wanted, group.number, known)
  for (; number < group.number + mostNumbers; number = firstPossible(wanted, number + 1, known)) {
    const tried = tryNumber(wanted, number, { group, open, known })
    if (tried === 'later') return 'later'
    if ('placed' in tried) {
      for (const one of wanted) known.taken.remember(one.name, [...(found.get(one) ?? []), { number, ...one.content }])
      return { number, placed: tried.placed, stranger }
    }
    stranger ??= targetOf(tried.one, number)
    found.get(tried.one)?.push(tried.holding)
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

/** A member, and its name without a number. */
type Wanted = {
  readonly member: PutMember
  readonly staged: Staged
  readonly directory: Path
  readonly name: Path
  readonly content: Content
}

const wantedBy = ({ group, staged }: Draft, open: OpenArchive): readonly Wanted[] => {
  const directory = joinPath(open.root, group.directory)
  return group.members.map((member, index) => {
    const own = staged[index]
    if (own === undefined) throw new Error('archive: a member was not staged')
    const isLink = open.archive.action === 'symlink'
    const content = isLink ? { sizeBytes: -1, mark: member.source } : { sizeBytes: member.identity.sizeBytes, mark: own.sha256 }
    return { member, staged: own, directory, name: joinPath(directory, member.stem + member.extension), content }
  })
}

const targetOf = ({ directory, member }: Wanted, number: number): Path =>
  joinPath(directory, numberedName(member.stem, member.extension, number))

/** The smallest number from this one on that no member is known to find taken. */
const firstPossible = (wanted: readonly Wanted[], from: number, known: KnownNames): number => {
  for (let number = from; ; ) {
    const next = wanted.reduce((most, one) => Math.max(most, beyond(one, most, known)), number)
    if (next === number) return number
    number = next
  }
}

/** What was found taken counts as long as the last of it stands. */
const beyond = (one: Wanted, number: number, { claims, taken }: KnownNames): number => {
  const next = taken.beyond(one.name, number, one.content)
  if (next === number) return number
  const last = targetOf(one, next - 1)
  if (claims.has(last) || lookAtName(last) !== null) return next
  taken.forget(one.name)
  return number
}

const knownStranger = (wanted: readonly Wanted[], number: number, { taken }: KnownNames): Path | null => {
  const one = wanted.find(({ name, content }) => taken.beyond(name, number, content) > number)
  return one === undefined ? null : targetOf(one, number)
}

type Trial = { readonly group: PutGroup; readonly open: OpenArchive; readonly known: KnownNames }
type Tried = { readonly placed: readonly Placed[] } | { readonly one: Wanted; readonly holding: Holding } | 'later'

const tryNumber = (wanted: readonly Wanted[], number: number, { group, open, known }: Trial): Tried => {
  const placed: Placed[] = []
  for (const one of wanted) {
    const { member, staged } = one
    const key = joinPath(group.directory, numberedName(member.stem, member.extension, number))
    const own = { member, staged, key, target: joinPath(open.root, key) }
    const claimed = known.claims.get(own.target)
    if (claimed === staged.sha256) return 'later'
    if (claimed !== undefined) return { one, holding: { number, sizeBytes: -1, mark: claimed } }
    const standing = standingAt(own, group, open)
    if (standing.is === 'stranger') return { one, holding: { number, sizeBytes: standing.sizeBytes, mark: standing.mark } }
    placed.push({
      ...own, standing: standing.is, displaces: 'displaces' in standing ? standing.displaces : null,
      holdsSame: 'holdsSame' in standing && standing.holdsSame === true,
    })
  }
  return { placed }
}
