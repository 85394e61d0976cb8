import type { Watch } from '../config/config.ts'
import { Fault } from '../domain/fault.ts'
import { fileSystemOfWatch } from '../store/watch-state.ts'
import type { Parts } from './parts.ts'

/** Whether a file that is not there may be taken for gone: the root of its watch stands on the file system that it
 *  stood on at the last look. Where a mount is away, nothing is gone. */
export const isAbsenceBelieved = async ({ name, path }: Watch, { files, sql }: Pick<Parts, 'files' | 'sql'>): Promise<boolean> => {
  const now = await files.fileSystemOf(path)
  if (now instanceof Fault) return false
  const before = await fileSystemOfWatch(sql, name)
  return before === null || before.id === now.id
}
