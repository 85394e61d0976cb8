import type { Path } from '../../domain/path.ts'
import { codeOf } from '../disk-errors.ts'
import { renameExchange } from '../libc.ts'
import { lookAt } from '../look-at.ts'
import { moveNoReplace } from '../no-replace.ts'
import { isWrittenOff, pulse } from '../pulse.ts'
import { fileId, type FileId } from './copy.ts'
import type { Placed } from './place.ts'

/** Gives staged files their names, the primary extension last: where it stands, the others stand. `overtaken`: what
 *  stands at a name is not what was found there before; then none of them has its name. Throws what the system
 *  reports, with all names given back that could be. */
export const publish = (placed: readonly Placed[]): 'published' | 'overtaken' => {
  const done: (() => void)[] = []
  const order = placed.filter((one) => one.standing !== 'same')
    .toSorted((a, b) => Number(a.member.primary) - Number(b.member.primary))
  pulse()
  try {
    for (const one of order) {
      if (one.standing === 'replaced') exchange(one, done)
      else {
        moveNoReplace(one.staged.path, one.target)
        done.push(() => moveNoReplace(one.target, one.staged.path))
      }
    }
    return 'published'
  } catch (error) {
    if (!isWrittenOff()) for (const back of done.reverse()) ignoringTrouble(back)
    if (error instanceof Overtaken || overtaking.has(codeOf(error))) return 'overtaken'
    throw error
  }
}

const overtaking = new Set(['EEXIST', 'ENOENT'])

/** How a file system says that it can't exchange files. */
const unable = new Set(['EINVAL', 'ENOSYS', 'EOPNOTSUPP', 'ENOTSUP'])

class Overtaken extends Error {}

/** What came to stand at the name meanwhile is not displaced. */
const exchange = ({ staged, target, displaces, holdsSame }: Placed, done: (() => void)[]): void => {
  try {
    renameExchange(staged.path, target)
  } catch (error) {
    if (holdsSame && unable.has(codeOf(error))) return
    throw error
  }
  done.push(() => renameExchange(staged.path, target))
  if (idAt(staged.path) !== displaces) throw new Overtaken()
}

const idAt = (path: Path): FileId | null => {
  const found = lookAt(path, false)
  return found === null ? null : fileId(found.identity)
}

/** The intents still know of it. */
const ignoringTrouble = (work: () => void): void => {
  try {
    work()
  } catch (error) {
    if (codeOf(error) === '') throw error
  }
}
