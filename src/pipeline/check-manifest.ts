import { bytesAt, isArchived, isOpen, rest, type Component } from '../domain/component.ts'
import { Fault } from '../domain/fault.ts'
import type { Group } from '../domain/group.ts'
import { manifestExtension, parseManifest, type Manifest } from '../domain/manifest.ts'
import { baseName, showPath, type Path } from '../domain/path.ts'
import { sumsLimitBytes } from '../domain/sums.ts'
import type { StageWorld } from './stage.ts'

type Failed = { readonly status: 'integrity_failed' | 'waiting'; readonly reason: string }

/** What the manifest of a group says; null where there is none yet. */
export type GroupManifest = { readonly path: Path; readonly says: Manifest | Fault | null } | null

/** Read once for all members: it may list thousands. `says` is null where it cannot be read. */
export const manifestOf = async ({ members }: Group, { files }: Pick<StageWorld, 'files'>): Promise<GroupManifest> => {
  const manifest = members.find(isManifest)
  if (manifest === undefined) return null
  const [answer] = await files.inspect([{ path: bytesAt(manifest), read: 'text' }])
  if (answer?.is === 'fault') return { path: manifest.path, says: answer.fault }
  if (answer?.is !== 'read') return { path: manifest.path, says: null }
  const isWhole = answer.identity.sizeBytes <= sumsLimitBytes
  return { path: manifest.path, says: isWhole ? parseManifest(answer.text ?? '') : tooLarge }
}

const tooLarge: Manifest = { is: 'malformed', reason: `it is larger than ${sumsLimitBytes >> 20} MiB` }

/** Compares a member with what the manifest of its group says of it; the manifest waits for all that it lists. */
export const checkManifest = (member: Component, group: Group, sha256: string | null, manifest: GroupManifest): Failed | Fault | null => {
  if (manifest === null) return { status: 'waiting', reason: 'its manifest is not there yet' }
  const { path, says } = manifest
  const name = showPath(baseName(path))
  if (says instanceof Fault) return says
  if (says === null) return { status: 'waiting', reason: `its manifest ${name} cannot be read yet` }
  if (says.is === 'malformed') {
    return member.path === path
      ? { status: 'integrity_failed', reason: says.reason } : { status: 'waiting', reason: `its manifest ${name} is not in order` }
  }
  return member.path === path ? awaited(group, says) : compared(member, sha256, says, name)
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
