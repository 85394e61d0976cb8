import { bytesAt, isArchived, isOpen, rest, type Component } from '../domain/component.ts'
import type { Fault } from '../domain/fault.ts'
import type { Group } from '../domain/group.ts'
import { manifestExtension, parseManifest, type Manifest } from '../domain/manifest.ts'
import { baseName, showPath } from '../domain/path.ts'
import type { StageWorld } from './stage.ts'

type Failed = { readonly status: 'integrity_failed' | 'waiting'; readonly reason: string }

/** Compares a member with what the manifest of its group says of it; the manifest waits for all that it lists. */
export const checkManifest = async (
  member: Component, group: Group, sha256: string | null, { files }: Pick<StageWorld, 'files'>,
): Promise<Failed | Fault | null> => {
  const manifest = group.members.find(isManifest)
  if (manifest === undefined) return { status: 'waiting', reason: 'its manifest is not there yet' }
  const name = showPath(baseName(manifest.path))
  const [answer] = await files.inspect([{ path: bytesAt(manifest), read: 'text' }])
  if (answer?.is === 'fault') return answer.fault
  if (answer?.is !== 'read') return { status: 'waiting', reason: `its manifest ${name} cannot be read yet` }
  const read = parseManifest(answer.text ?? '')
  if (read.is === 'malformed') {
    return member === manifest || member.path === manifest.path
      ? { status: 'integrity_failed', reason: read.reason } : { status: 'waiting', reason: `its manifest ${name} is not in order` }
  }
  return member.path === manifest.path ? awaited(group, read) : compared(member, sha256, read, name)
}

const isManifest = (one: Component): boolean => one.path.endsWith(manifestExtension)

const awaited = (group: Group, { names }: Manifest & { readonly is: 'manifest' }): Failed | null => {
  const present = new Set(group.members.filter((one) => one.status !== 'cleared').map((one) => baseName(one.path)))
  const missing = names.filter((name) => !present.has(name)).map(showPath)
  if (missing.length === 0) return null
  const more = missing.length > 3 ? ` and ${missing.length - 3} more` : ''
  return { status: 'waiting', reason: `it lists ${missing.slice(0, 3).join(', ')}${more}, not there yet` }
}

const compared = (
  { path, identity }: Component, sha256: string | null, manifest: Manifest & { readonly is: 'manifest' }, name: string,
): Failed | null => {
  const listed = manifest.find(baseName(path))
  const failed = (reason: string): Failed => ({ status: 'integrity_failed', reason })
  if (listed === null) return failed(`${name} does not list it`)
  if (listed.sizeBytes !== null && listed.sizeBytes !== identity.sizeBytes) {
    return failed(`it has ${identity.sizeBytes} bytes, ${name} says ${listed.sizeBytes}`)
  }
  return listed.sha256 === sha256 ? null : failed(`its SHA-256 is ${sha256}, ${name} says ${listed.sha256}`)
}

/** A manifest does not go before all that it speaks of is in order. */
export const withManifestHeld = (members: readonly Component[]): readonly Component[] => {
  const bad = members.find((one) => !isManifest(one) && !isOpen(one) && !isArchived(one) && one.status !== 'cleared')
  if (bad === undefined) return members
  const reason = `${showPath(baseName(bad.path))}, which it lists, is ${bad.status}`
  return members.map((one) => (isManifest(one) && isOpen(one) ? { ...rest(one, 'waiting', 'integrity', reason), isHeld: true } : one))
}
