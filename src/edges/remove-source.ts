import { renameSync, unlinkSync } from 'node:fs'
import { Fault } from '../domain/fault.ts'
import { isUntouched, type Identity } from '../domain/identity.ts'
import { baseName, fsPath, joinPath, parentOf, pathBytes, showPath, type Path } from '../domain/path.ts'
import type { Removal, RemoveJob, Sight } from '../world.ts'
import { codeOf, diskFault } from './disk-errors.ts'
import { lookAt } from './look-at.ts'
import { moveNoReplace } from './no-replace.ts'

/** Renamed to a private name beside it, looked at, and only then unlinked; anything else is renamed back. A removal
 *  that was cut short goes on where it stopped, since the private name is always the same. */
export const removeSource = ({ path, identity, followSymlink = false }: RemoveJob): Removal => {
  const aside = joinPath(parentOf(path), asideName(path, identity))
  try {
    if (lookAt(aside, false) === null) {
      const standing = lookAt(path, followSymlink)
      if (standing === null) return { is: 'gone' }
      if (!isTheOne(standing, identity)) return { is: 'changed' }
      renameSync(fsPath(path), fsPath(aside))
    }
    return removeAside(aside, path, identity, followSymlink)
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return { is: 'gone' }
    return { is: 'fault', fault: diskFault(error, 'cannot remove the source', path) }
  }
}

/** Short, whatever the length of the name. */
const asideName = (path: Path, { inode }: Identity): Path =>
  `.carbonation-${inode}-${new Bun.CryptoHasher('sha256').update(pathBytes(baseName(path))).digest('hex').slice(0, 16)}`

/** Whether it is the private name of a file that is just being removed. */
export const isAside = (name: Path): boolean => /^\.carbonation-\d+-[0-9a-f]{16}$/.test(name)

const removeAside = (aside: Path, path: Path, identity: Identity, followSymlink: boolean): Removal => {
  const found = lookAt(aside, followSymlink)
  if (found === null) return { is: 'gone' }
  if (!isTheOne(found, identity)) return putBack(aside, path)
  try {
    unlinkSync(fsPath(aside))
    return { is: 'removed' }
  } catch (error) {
    putBack(aside, path)
    throw error
  }
}

/** A rename alone moves the ctime; the device number changes from boot to boot. */
const isTheOne = (found: Sight, identity: Identity): boolean =>
  found.kind === 'file' && isUntouched(lasting(identity), lasting(found.identity))

const lasting = (identity: Identity): Identity => ({ ...identity, ctimeNs: '', device: '' })

/** A new file may have taken the name meanwhile: it is never replaced. */
const putBack = (aside: Path, path: Path): Removal => {
  try {
    moveNoReplace(aside, path)
    return { is: 'changed' }
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    return {
      is: 'fault',
      fault: new Fault(`${showPath(path)} was written anew while its archived source was removed`, {
        remedy: `look whether what stood there is still needed: it is kept as ${baseName(aside)}`,
      }),
    }
  }
}
