import { bytesAt, isArchived, isOpen, rest, type Component } from '../domain/component.ts'
import { Fault } from '../domain/fault.ts'
import type { Group } from '../domain/group.ts'
import { sidecarOf } from '../domain/group-key.ts'
import { baseName, type Path } from '../domain/path.ts'
import { digestTitle, parseSums, sidecarName, type ChecksumAlgorithm, type Sums } from '../domain/sums.ts'
import type { StageWorld } from './stage.ts'

type Failed = { readonly status: 'integrity_failed' | 'waiting'; readonly reason: string }

/** What the sidecars of a group say of its members. */
export type GroupSums = {
  readonly algorithm: ChecksumAlgorithm
  readonly members: ReadonlyMap<Path, Component>
  /** By the path of the member that is spoken of; null where its sidecar cannot be read. */
  readonly says: ReadonlyMap<Path, Sums | Fault | null>
}

/** Sidecars that are read in one question. */
const readAtOnce = 50

/** Reads the sidecars of these members, which are of the group. */
export const sumsOf = async (
  judged: readonly Component[], group: Group, algorithm: ChecksumAlgorithm, { files }: Pick<StageWorld, 'files'>,
): Promise<GroupSums> => {
  const members = new Map(group.members.map((one) => [one.path, one]))
  const pairs = judged.flatMap((one) => {
    const sidecar = members.get(sidecarName(one.path, algorithm))
    return sidecar === undefined ? [] : [{ path: one.path, sidecar }]
  })
  const says = new Map<Path, Sums | Fault | null>()
  for (let at = 0; at < pairs.length; at += readAtOnce) {
    const some = pairs.slice(at, at + readAtOnce)
    const answers = await files.inspect(some.map(({ sidecar }) => ({ path: bytesAt(sidecar), read: 'text' })))
    some.forEach(({ path }, index) => {
      const answer = answers[index]
      if (answer?.is === 'fault') says.set(path, answer.fault)
      else says.set(path, answer?.is === 'read' ? parseSums(answer.text ?? '', baseName(path), algorithm) : null)
    })
  }
  return { algorithm, members, says }
}

/** Compares with the sidecar beside it, which is a member of the same group. */
export const checkSum = ({ path }: Component, found: string | null, { algorithm, members, says }: GroupSums): Failed | Fault | null => {
  if (members.has(sidecarOf(path, algorithm) ?? '')) return null
  const sidecar = baseName(sidecarName(path, algorithm))
  const expected = says.get(path)
  if (expected === undefined) return { status: 'waiting', reason: `its checksum ${sidecar} is not there yet` }
  if (expected === null) return { status: 'waiting', reason: `its checksum ${sidecar} cannot be read yet` }
  if (expected instanceof Fault) return expected
  if (expected.is === 'malformed') return { status: 'integrity_failed', reason: `${sidecar}: ${expected.reason}` }
  if (expected.digest === found) return null
  return { status: 'integrity_failed', reason: `its ${digestTitle(algorithm)} is ${found}, ${sidecar} says ${expected.digest}` }
}

/** A checksum goes with its file, and waits as long as that one is not in order. */
export const besideTheirFiles = (members: readonly Component[], algorithm: ChecksumAlgorithm): readonly Component[] => {
  const byPath = new Map(members.map((one) => [one.path, one]))
  return members.map((one) => {
    const file = isOpen(one) ? byPath.get(sidecarOf(one.path, algorithm) ?? '') : undefined
    if (file === undefined || isOpen(file) || isArchived(file)) return one
    return { ...rest(one, 'waiting', 'integrity', `${baseName(file.path)}, whose checksum it is, is ${file.status}`), isHeld: true }
  })
}
