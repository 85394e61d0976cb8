import { codeOf } from '../disk-errors.ts'
import type { Place } from './address.ts'

/** How long a server may take for its first word. */
const patienceMs = 1000

/** A MariaDB server speaks first. Where that is a refusal (too many connections, a blocked host) and it hangs up at once, the
 *  driver only knows that it could not connect; this asks again and gives what the server said, `welcome` where it greets
 *  by now, or null where it says nothing. */
export const firstWordOf = async (place: Place): Promise<Error | 'welcome' | null> => {
  for (let asked = 1; ; asked += 1) {
    const word = await wordOf(place)
    if (word !== 'silence') return word
    if (asked === mostAsked) return null
    await Bun.sleep(pauseMs)
  }
}

/** On a busy machine the end of a connection is sometimes told before what came on it, or as one that was reset before it
 *  was made, and its word is lost. */
const mostAsked = 8
const pauseMs = 20

type Word = Error | 'welcome' | 'silence' | null

/** `silence`: it let us in and hung up. Null where there is no server, or one that takes its time. */
const wordOf = (place: Place): Promise<Word> => {
  const said = Promise.withResolvers<Word>()
  const late = setTimeout(() => said.resolve(null), patienceMs)
  const end = () => said.resolve('silence')
  const failed = (error: unknown) => said.resolve(codeOf(error) === 'ECONNRESET' ? 'silence' : null)
  const socket = {
    data: (one: Bun.Socket, bytes: Uint8Array) => {
      said.resolve(refusalIn(bytes) ?? 'welcome')
      one.end()
    },
    close: end, error: end, connectError: (_: Bun.Socket, error: unknown) => failed(error),
  }
  const connected = 'path' in place ? Bun.connect({ unix: place.path, socket }) : Bun.connect({ ...place, socket })
  connected.catch(failed)
  return said.promise.finally(() => clearTimeout(late))
}

/** Three bytes of length, a number, 0xff, the error's number in two bytes, its text. */
const refusalIn = (bytes: Uint8Array): Error | null => {
  if (bytes[4] !== 0xff) return null
  const errno = (bytes[5] ?? 0) + 256 * (bytes[6] ?? 0)
  return Object.assign(new Error(Buffer.from(bytes.subarray(7)).toString()), { errno, code: 'ERR_MYSQL_SERVER_ERROR' })
}
