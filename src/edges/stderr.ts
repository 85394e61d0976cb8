import { write } from 'node:fs'

const stderrFd = 2

/** How often a reader that is slow is waited for, 10 ms each; then the lines are lost. */
const mostPauses = 500

/** Writes all of it; rejects where nobody reads. Never blocks the thread on a pipe that is full. */
export const writeToStderr = async (text: string): Promise<void> => {
  const bytes = Buffer.from(text)
  for (let at = 0, pauses = 0; at < bytes.length; ) {
    const written = await writeSome(bytes.subarray(at))
    if (written === 0 && (pauses += 1) > mostPauses) throw new Error('nobody reads stderr')
    if (written === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    at += written
  }
}

/** How many bytes were taken; 0 where it has to be tried again. */
const writeSome = (bytes: Uint8Array): Promise<number> =>
  new Promise((resolve, reject) => {
    write(stderrFd, bytes, (error, written) => {
      if (error === null) resolve(written)
      else if (error.code === 'EAGAIN') resolve(0)
      else reject(error)
    })
  })
