import { closeSync } from 'node:fs'

/** Does something with an open file, and closes it whatever happens. */
export const withFile = <T>(fd: number, work: (fd: number) => T): T => {
  try {
    return work(fd)
  } finally {
    closeSync(fd)
  }
}
