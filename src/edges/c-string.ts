import { pathBytes, type Path } from '../domain/path.ts'

/** What a system call takes for a path: its bytes, ended by a zero, in a place that the next one overwrites. Throws what
 *  `node:fs` throws for a path with a zero in it. */
export const cString = (path: Path): Uint8Array => ended(path, first)

/** As `cString`, in a place of its own, for calls that take two. */
export const secondCString = (path: Path): Uint8Array => ended(path, second)

/** A path that is longer than any that a system call takes is cut: its call fails with ENAMETOOLONG all the same. */
const longest = 3 * 4097
const newPlace = () => {
  const whole = new Uint8Array(longest + 1)
  return { whole, room: whole.subarray(0, longest) }
}
const [first, second] = [newPlace(), newPlace()]
const encoder = new TextEncoder()

const ended = (path: Path, { whole, room }: ReturnType<typeof newPlace>): Uint8Array => {
  if (path.includes('\0')) throw Object.assign(new Error(`a path with a zero in it: ${path}`), { code: 'EINVAL' })
  if (path.isWellFormed()) whole[encoder.encodeInto(path, room).written] = 0
  else {
    const bytes = pathBytes(path).subarray(0, longest)
    whole.set(bytes)
    whole[bytes.length] = 0
  }
  return whole
}
