import type { Fault } from '../domain/fault.ts'
import type { Path } from '../domain/path.ts'
import type { Sight } from '../world.ts'
import type { Parts } from './parts.ts'

/** What stands at paths of several watches now, links followed where the watch follows them. One answer a path, in
 *  order. */
export const lookAtEach = async (
  asked: readonly { readonly watchName: string; readonly path: Path }[], { files, config }: Pick<Parts, 'files' | 'config'>,
): Promise<readonly (Sight | Fault | null)[]> => {
  if (asked.length === 0) return []
  const following = new Set(config.watches.filter((one) => one.followSymlinks).map((one) => one.name))
  const isFollowed = ({ watchName }: { readonly watchName: string }) => following.has(watchName)
  const pathsOf = (own: readonly { readonly path: Path }[]) => own.map((one) => one.path)
  const plain = (await files.look(pathsOf(asked.filter((one) => !isFollowed(one))))).values()
  const followed = (following.size === 0 ? [] : await files.look(pathsOf(asked.filter(isFollowed)), true)).values()
  return asked.map((one) => (isFollowed(one) ? followed : plain).next().value ?? null)
}
