import { Fault } from '../../src/domain/fault.ts'
import { numberedName } from '../../src/domain/group-key.ts'
import { joinPath, type Path } from '../../src/domain/path.ts'
import { isUntouched } from '../../src/domain/identity.ts'
import type { DeadIntent, Destination, PutGroup, PutMember, PutResult, Sight, Stored } from '../../src/world.ts'
import { digestOf, type FakeTree } from './tree.ts'

/** An archive in memory, and what may befall it. */
export type FakeDestination = Destination & {
  readonly root: Path
  /** In trouble as a whole from now on; null: well again. */
  ail(reason: string | null): void
  /** What still fits; beyond it, it is full. */
  room: number
  /** Another disk stands in its place. */
  exchange(): void
  /** A run that died left these behind. */
  die(intents: readonly DeadIntent[]): void
  /** Puts that were neither committed nor taken back. */
  readonly open: number
}

type Change = { readonly path: Path; readonly before: string | null }
type Member = { readonly member: PutMember; readonly content: string; readonly sha256: string }

/** It shares its tree with the delivery, so that plugins and checks can read what it holds. */
export const fakeDestination = (name: string, tree: FakeTree, root: Path): FakeDestination => {
  const receipts = new Map<string, readonly Change[]>()
  let count = 0
  let id: string | null = null
  let ids = 0
  let dead: readonly DeadIntent[] = []
  let ailing: string | null = null
  let room = 1_000_000

  const trouble = (message: string) => new Fault(`archive ${name}: ${message}`, { remedy: 'mend it', archive: name })
  const check = (expectedId: string | null) => {
    if (ailing !== null) return trouble(ailing)
    if (expectedId !== null && id !== expectedId) return trouble('another disk than before: not mounted?')
    id ??= `id-${(ids += 1)}`
    return { id, freeBytes: room }
  }
  const read = async (member: PutMember): Promise<Member | null> => {
    const [sight] = await tree.look([member.source])
    if (sight instanceof Fault || sight == null || sight.kind !== 'file' || !isExpected(member, sight)) return null
    const content = tree.read(member.source) ?? ''
    return { member, content, sha256: digestOf(content) }
  }
  const standing = (group: PutGroup, one: Member, key: Path): 'free' | 'same' | 'replaced' | 'stranger' => {
    const found = tree.read(joinPath(root, key))
    if (found === null) return 'free'
    if (digestOf(found) === one.sha256) return 'same'
    return group.replaces.some((each) => each.key === key && each.sha256 === digestOf(found)) ? 'replaced' : 'stranger'
  }
  const place = (group: PutGroup, members: readonly Member[]) => {
    let stranger: Path | null = null
    for (let number = group.number; ; number += 1) {
      const keys = members.map(({ member }) => joinPath(group.directory, numberedName(member.stem, member.extension, number)))
      const taken = members.findIndex((one, index) => standing(group, one, keys[index] ?? '') === 'stranger')
      if (taken < 0) return { number, keys, stranger }
      stranger ??= joinPath(root, keys[taken] ?? '')
    }
  }
  const putGroup = async (group: PutGroup, changes: Change[]): Promise<PutResult> => {
    const members: Member[] = []
    for (const member of group.members) {
      const one = await read(member)
      if (one === null) return { is: 'changed', paths: [member.source] }
      members.push(one)
    }
    const needed = members.reduce((sum, one) => sum + one.member.identity.sizeBytes, 0)
    if (needed > room) return { is: 'fault', fault: trouble(`full: ${needed} bytes do not fit`) }
    room -= needed
    const { number, keys, stranger } = place(group, members)
    const stored = members.map((one, index): Stored => {
      const key = keys[index] ?? ''
      const path = joinPath(root, key)
      if (standing(group, one, key) !== 'same') {
        changes.push({ path, before: tree.read(path) })
        tree.write(path, one.content)
      }
      return { key, path, sha256: one.sha256, sizeBytes: one.member.identity.sizeBytes }
    })
    return { is: 'stored', number, members: stored, stranger }
  }

  return {
    name,
    root,
    check: async (expectedId) => check(expectedId),
    put: async (groups, expectedId) => {
      const state = check(expectedId)
      if (state instanceof Fault) return { receipt: '', groups: groups.map(() => ({ is: 'fault', fault: state })) }
      const changes: Change[] = []
      const results: PutResult[] = []
      for (const group of groups) results.push(await putGroup(group, changes))
      if (!results.some((one) => one.is === 'stored')) return { receipt: '', groups: results }
      const receipt = `put-${(count += 1)}`
      receipts.set(receipt, changes)
      return { receipt, groups: results }
    },
    commit: async (receipt) => void receipts.delete(receipt),
    takeBack: async (receipt) => {
      for (const { path, before } of (receipts.get(receipt) ?? []).toReversed()) {
        if (before === null) tree.delete(path)
        else tree.write(path, before)
      }
      receipts.delete(receipt)
    },
    recover: async () => dead,
    resolve: async () => {
      dead = []
    },
    die: (intents) => {
      dead = intents
    },
    close: async () => undefined,
    ail: (reason) => {
      ailing = reason
    },
    exchange: () => {
      id = null
    },
    get room() {
      return room
    },
    set room(bytes) {
      room = bytes
    },
    get open() {
      return receipts.size
    },
  }
}

const isExpected = ({ identity, fromArchive }: PutMember, sight: Sight): boolean =>
  fromArchive ? identity.sizeBytes === sight.identity.sizeBytes : isUntouched(identity, sight.identity)
