import type { FileKind, Identity } from './identity.ts'

/** What stands at a path as one text: the first letter of its kind, its state as `identityText` has it, its device. Of a
 *  million files that are known and unchanged nothing more is looked at. */
export type SightText = string

/** Joined at once: a text that is added up piece by piece keeps its pieces as long as nobody reads it. */
export const sightText = (kind: FileKind, identity: Identity): SightText =>
  [kind.charAt(0) + identity.sizeBytes, identity.mtimeNs, identity.ctimeNs, identity.inode, identity.device].join(':')

const kinds: Readonly<Record<string, FileKind>> = { f: 'file', d: 'directory', s: 'symlink', o: 'other' }

export const kindOf = (text: SightText): FileKind => kinds[text.charAt(0)] ?? 'other'

export const sightOf = (text: SightText): { readonly kind: FileKind; readonly identity: Identity } => {
  const [sizeBytes = '', mtimeNs = '', ctimeNs = '', inode = '', device = ''] = text.slice(1).split(':')
  return {
    kind: kindOf(text),
    identity: { sizeBytes: Number(sizeBytes), mtimeNs, ctimeNs, inode, device },
  }
}

/** Whether a file stands there in this state, as `identityText` writes it. */
export const showsState = (text: SightText, state: string): boolean =>
  text.startsWith(state, 1) && text.charAt(state.length + 1) === ':'
