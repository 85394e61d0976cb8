import { writeSync } from 'node:fs'
import { codeOf } from './disk-errors.ts'

/** A standard stream that takes everything before the program ends. A reader that went away is no error: `head` may
 *  leave when it has seen enough. */
const stream = (fd: number) => {
  let closed = false
  return {
    write: (text: string): void => {
      const bytes = Buffer.from(text)
      for (let done = 0; done < bytes.length && !closed; ) {
        try {
          done += writeSync(fd, bytes, done)
        } catch (error) {
          if (codeOf(error) === 'EAGAIN') Bun.sleepSync(1)
          else closed = true
        }
      }
    },
  }
}

export const standardOutput = () => stream(1)
export const standardError = () => stream(2)
