import { closeSync, linkSync, lstatSync, openSync, rmSync, symlinkSync } from 'node:fs'
import { Fault } from '../../domain/fault.ts'
import { baseName, fsPath, joinPath, parentOf, showPath, type Path } from '../../domain/path.ts'
import type { PutAnswer, PutGroup, PutMember, PutResult } from '../../world.ts'
import { digestOf, openToRead } from '../disk.ts'
import { codeOf, diskFault } from '../disk-errors.ts'
import { renameExchange, renameNoReplace, syncfs } from '../libc.ts'
import { copyFile, type Copied } from './copy.ts'
import { makeDirectory } from './directories.ts'
import { readIntents, writeIntents, type Intent } from './intents.ts'
import type { OpenArchive } from './layout.ts'
import { choosePlaces, type Placed } from './place.ts'
import { undo } from './undo.ts'

/** Puts a batch of groups: stage, compare, make durable with the intents, publish, make durable again. Each group is
 *  there whole or not at all; where the batch as a whole fails, all of it is taken back. */
export const putBatch = (
  open: OpenArchive, put: Path, groups: readonly PutGroup[], freeBytes: number,
): PutAnswer => {
  const results = new Map<PutGroup, PutResult>()
  const root = openSync(fsPath(open.root), 'r')
  try {
    const ready = placeAll(open, stageAll(open, put, groups, freeBytes, results), results)
    const intents = ready.flatMap(intentsOf)
    if (intents.length > 0) {
      writeIntents(put, intents)
      if (open.durability === 'full') syncfs(root)
      for (const one of ready) results.set(one.draft.group, publish(open, one))
      if (open.durability === 'full') syncfs(root)
    } else for (const one of ready) results.set(one.draft.group, storedAs(one))
  } catch (error) {
    undo(open.root, put, readIntents(put))
    const fault = error instanceof Fault ? error : diskFault(error, 'cannot write to', open.root, open.archive.name)
    for (const group of groups) if (results.get(group)?.is !== 'changed') results.set(group, { is: 'fault', fault })
  } finally {
    closeSync(root)
  }
  return { receipt: put, groups: groups.map((group) => results.get(group) ?? unanswered) }
}

const unanswered: PutResult = { is: 'fault', fault: new Fault('the archive gave no answer for this group') }

/** A group whose members are staged. */
type Draft = { readonly group: PutGroup; readonly staged: readonly Staged[] }
type Staged = { readonly path: Path; readonly sha256: string; readonly inode: string }

/** A group that fails gives its room back at once, and a large one does not starve small ones. */
const stageAll = (
  open: OpenArchive, put: Path, groups: readonly PutGroup[], freeBytes: number, results: Map<PutGroup, PutResult>,
): readonly Draft[] => {
  let free = freeBytes - reserveBytes
  return groups.flatMap((group, index) => {
    const needed = copies(open) ? group.members.reduce((sum, one) => sum + one.identity.sizeBytes, 0) : 0
    const names = group.members.map((_, member) => joinPath(put, `${index}-${member}`))
    const draft = needed > free ? full(open, needed) : stageGroup(open, group, names)
    if ('staged' in draft) {
      free -= needed
      return [draft]
    }
    for (const name of names) rmSync(fsPath(name), { force: true })
    results.set(group, draft)
    return []
  })
}

/** Left free for the file system's own needs and the intents. */
const reserveBytes = 1 << 20

const full = ({ archive, root }: OpenArchive, needed: number): PutResult => ({
  is: 'fault',
  fault: new Fault(`the archive ${archive.name} at ${showPath(root)} is full: ${needed} bytes do not fit`, {
    remedy: 'make room on it', archive: archive.name,
  }),
})

const copies = ({ archive }: OpenArchive): boolean => archive.action === 'copy' || archive.action === 'move'

const stageGroup = (open: OpenArchive, group: PutGroup, names: readonly Path[]): Draft | PutResult => {
  const staged: Staged[] = []
  for (const [index, member] of group.members.entries()) {
    const path = names[index] ?? ''
    try {
      const copied = stageMember(open, member, path)
      if (copied.is === 'changed') return { is: 'changed', paths: [member.source] }
      staged.push({ path, sha256: copied.sha256, inode: copied.inode })
    } catch (error) {
      if (isAway(error) && !member.fromArchive) return { is: 'changed', paths: [member.source] }
      return { is: 'fault', fault: diskFault(error, 'cannot archive', member.source, open.archive.name) }
    }
  }
  return { group, staged }
}

const isAway = (error: unknown): boolean => ['ENOENT', 'ELOOP', 'ENOTDIR'].includes(codeOf(error))

/** A link is staged like a copy, so that publishing knows only one way. */
const stageMember = (open: OpenArchive, member: PutMember, path: Path): Copied => {
  const { action, fileMode: mode } = open.archive
  if (copies(open)) return copyFile(member.source, member.identity, path, { mode, fromArchive: member.fromArchive })
  const fd = openToRead(member.source)
  try {
    const sha256 = digestOf(fd)
    if (action === 'hardlink') linkSync(fsPath(member.source), fsPath(path))
    else symlinkSync(fsPath(member.source), fsPath(path))
    const inode = String(lstatSync(fsPath(path), { bigint: true }).ino)
    return { is: 'copied', sha256, inode, sizeBytes: member.identity.sizeBytes }
  } finally {
    closeSync(fd)
  }
}

type Ready = {
  readonly draft: Draft
  readonly number: number
  readonly placed: readonly Placed[]
  readonly stranger: Path | null
}

const placeAll = (
  open: OpenArchive, drafts: readonly Draft[], results: Map<PutGroup, PutResult>,
): readonly Ready[] =>
  drafts.flatMap((draft) => {
    const directory = joinPath(open.root, draft.group.directory)
    try {
      makeDirectory(open, directory)
      const choice = choosePlaces(open.root, draft.group, draft.staged.map((one) => one.sha256), copies(open))
      if (choice !== null) return [{ draft, ...choice }]
      throw new Fault(`no free name for ${showPath(draft.group.groupKey)} below ${showPath(directory)}`, {
        remedy: 'clear away what stands there, or change the destination',
      })
    } catch (error) {
      const fault = error instanceof Fault ? error : diskFault(error, 'cannot write to', directory, open.archive.name)
      results.set(draft.group, { is: 'fault', fault })
      return []
    }
  })

const intentsOf = ({ draft, placed }: Ready): readonly Intent[] =>
  placed.flatMap((one, index) => {
    const staged = draft.staged[index]
    if (staged === undefined || one.standing === 'same') return []
    const { watchName, groupKey, generation } = draft.group
    return [{
      watchName, groupKey, generation, source: one.member.source, identity: one.member.identity, sha256: one.sha256,
      key: one.key, staged: baseName(staged.path), inode: staged.inode, replaces: one.standing === 'replaced',
    }]
  })

/** The primary extension last: where it stands, the others stand. */
const publish = (open: OpenArchive, ready: Ready): PutResult => {
  const done: (() => void)[] = []
  const order = ready.placed.map((one, index) => ({ one, staged: ready.draft.staged[index] }))
  order.sort((a, b) => Number(a.one.member.primary) - Number(b.one.member.primary))
  try {
    for (const { one, staged } of order) {
      if (staged === undefined || one.standing === 'same') continue
      if (one.standing === 'replaced') {
        renameExchange(staged.path, one.target)
        done.push(() => renameExchange(staged.path, one.target))
      } else {
        renameNoReplace(staged.path, one.target)
        done.push(() => renameNoReplace(one.target, staged.path))
      }
    }
    return storedAs(ready)
  } catch (error) {
    for (const back of done.reverse()) back()
    const directory = parentOf(ready.placed[0]?.target ?? open.root)
    return { is: 'fault', fault: diskFault(error, 'cannot publish in', directory, open.archive.name) }
  }
}

const storedAs = ({ number, placed, stranger }: Ready): PutResult => ({
  is: 'stored',
  number,
  stranger,
  members: placed.map((one) => ({
    key: one.key, path: one.target, sha256: one.sha256, sizeBytes: one.member.identity.sizeBytes,
  })),
})
