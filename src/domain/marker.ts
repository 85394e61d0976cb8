import { splitName } from './group-key.ts'
import type { Identity } from './identity.ts'
import { baseName, joinPath, parentOf, type Path } from './path.ts'

const template = /^([^{}/]*)\{(name|stem)\}([^{}/]*)$/

/** Whether a text names markers: one `{name}` or `{stem}`, with something before or after it, in one directory. */
export const isMarkerTemplate = (text: string): boolean => {
  const [, before = '', , after = ''] = template.exec(text) ?? []
  return before + after !== '' && !/[\0-\x1f\x7f]/.test(text)
}

/** The marker that stands beside a file once it is complete. The stem is the name without its extension. */
export const markerOf = (marker: string, path: Path, expectedExtensions: readonly string[]): Path => {
  const name = baseName(path)
  const [, before = '', what, after = ''] = template.exec(marker) ?? []
  const own = what === 'stem' ? splitName(name, expectedExtensions).stem : name
  return joinPath(parentOf(path), before + own + after)
}

/** Whether a file of this name is a marker, and so no file of its own. */
export const isMarker = (marker: string, path: Path): boolean => {
  const [, before = '', , after = ''] = template.exec(marker) ?? []
  const name = baseName(path)
  return name.length > before.length + after.length && name.startsWith(before) && name.endsWith(after)
}

/** Whether evidence was there after its file was: a marker that is left over from an earlier delivery says nothing of the
 *  next. Neither clock alone tells: a producer may set any mtime, and a rename or chmod of the file moves its ctime. */
export const isNotOlder = (evidence: Identity, file: Identity): boolean =>
  BigInt(evidence.ctimeNs) >= BigInt(file.ctimeNs) || BigInt(evidence.mtimeNs) >= BigInt(file.mtimeNs)
