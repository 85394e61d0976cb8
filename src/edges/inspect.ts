import { closeSync, fstatSync } from 'node:fs'
import { showPath, type Path } from '../domain/path.ts'
import type { Inspection, InspectJob } from '../world.ts'
import { readAs } from './contents.ts'
import { codeOf, diskFault } from './disk-errors.ts'
import { openToRead } from './file-calls.ts'
import { identityOf } from './look-at.ts'
import { pulse } from './pulse.ts'

/** Reads of a file what is wanted, and tells which file it was. */
export const inspect = (job: InspectJob): Inspection => {
  pulse()
  let fd: number
  try {
    fd = openToRead(job.path, job.followSymlink)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return { is: 'gone' }
    if (code === 'ENXIO') return { is: 'unreadable', reason: notRegular(job.path) }
    if (refusals.has(code)) return { is: 'unreadable', reason: diskFault(error, 'cannot read', job.path).sentence }
    return { is: 'fault', fault: diskFault(error, 'cannot read', job.path) }
  }
  try {
    const found = fstatSync(fd, { bigint: true })
    if (!found.isFile()) return { is: 'unreadable', reason: notRegular(job.path) }
    return { is: 'read', identity: identityOf(found), ...readAs(job.read, fd) }
  } catch (error) {
    return { is: 'fault', fault: diskFault(error, 'cannot read', job.path) }
  } finally {
    closeSync(fd)
  }
}

/** A socket cannot even be opened: ENXIO. */
const notRegular = (path: Path): string => `${showPath(path)} is not a regular file`

/** The file's own fault; ELOOP is a symbolic link. */
const refusals = new Set(['EACCES', 'EPERM', 'ELOOP', 'EISDIR'])
