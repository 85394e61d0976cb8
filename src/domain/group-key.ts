import { baseName, joinPath, parentOf, type Path } from './path.ts'
import { sidecarName, type ChecksumAlgorithm } from './sums.ts'

/** A file name in two: `stem + extension` is the name again. */
export type NameParts = { readonly stem: Path; readonly extension: Path }

/** The longest expected extension that ends the name (`.prj.xml`, `.tar.gz`), else the last suffix as
 *  Python's `pathlib` has it: `.gz` of `a.tar.gz`, none of `.bashrc` and `a.`. The stem is never empty. */
export const splitName = (name: Path, expectedExtensions: readonly string[]): NameParts => {
  const expected = expectedExtensions
    .filter((extension) => extension !== '' && name.length > extension.length && name.endsWith(extension))
    .reduce((longest, extension) => (extension.length > longest.length ? extension : longest), '')
  const dot = name.lastIndexOf('.')
  const suffix = dot > 0 && dot < name.length - 1 ? name.slice(dot) : ''
  const extension = expected === '' ? suffix : expected
  return { stem: name.slice(0, name.length - extension.length), extension }
}

/** As `splitName`, where `a.txt.sha256` is the checksum of `a.txt`: stem `a`, extension `.txt.sha256`. For
 *  rule sets that check checksums. */
export const splitWithChecksums = (
  name: Path, expectedExtensions: readonly string[], algorithm: ChecksumAlgorithm = 'sha256',
): NameParts => {
  const subject = sidecarOf(name, algorithm)
  if (subject === null) return splitName(name, expectedExtensions)
  const { stem, extension } = splitName(subject, expectedExtensions)
  return { stem, extension: sidecarName(extension, algorithm) }
}

/** The key of a group of one: the relative path. */
export const soloKey = (relativePath: Path): Path => relativePath

/** The key of files that share their stem. It carries the relative directory, so that equal names in
 *  different directories never meet. For a checksum, ask with the path of its file (`sidecarOf`). */
export const stemKey = (relativePath: Path, expectedExtensions: readonly string[]): Path =>
  joinPath(parentOf(relativePath), splitName(baseName(relativePath), expectedExtensions).stem)

/** The name or path that this one is the checksum sidecar of; null where it is none. */
export const sidecarOf = (path: Path, algorithm: ChecksumAlgorithm = 'sha256'): Path | null => {
  const ending = sidecarName('', algorithm)
  return path.endsWith(ending) && baseName(path).length > ending.length ? path.slice(0, -ending.length) : null
}

/** `name.ext` for number 1, `name~2.ext` from 2 on: what is stored beside another that has the name. */
export const numberedName = (stem: Path, extension: Path, number: number): Path =>
  number <= 1 ? stem + extension : `${stem}~${number}${extension}`
