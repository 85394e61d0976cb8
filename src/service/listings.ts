import type { Fault } from '../domain/fault.ts'
import type { Path } from '../domain/path.ts'
import type { Files, Listing } from '../world.ts'
import { begun } from './begun.ts'

/** Directories asked for in one question. */
const listAtOnce = 100

/** What is in each of these directories, in order, some of them at a time; while those are in hand the next ones are listed.
 *  More may be added to the list until it has come to its end. */
export async function* listings(
  directories: readonly Path[], files: Pick<Files, 'listSome'>,
): AsyncGenerator<readonly (readonly [Path, Listing | Fault])[]> {
  let next: ReturnType<Files['listSome']> | null = null
  for (let at = 0; at < directories.length; ) {
    const answers = await (next ?? files.listSome(directories.slice(at, at + listAtOnce)))
    const asked = directories.slice(at, at + answers.length)
    at += answers.length
    next = at < directories.length ? begun(files.listSome(directories.slice(at, at + listAtOnce))) : null
    yield asked.flatMap((directory, index) => {
      const answer = answers[index]
      return answer === undefined ? [] : [[directory, answer] as const]
    })
  }
}
