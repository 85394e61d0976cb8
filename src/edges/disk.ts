import { readdirSync } from 'node:fs'
import { Fault } from '../domain/fault.ts'
import { fsPath, pathFromBytes, type Path } from '../domain/path.ts'
import type { Millis } from '../domain/time.ts'
import type { Files, Listing } from '../world.ts'
import { systemClock } from './clock.ts'
import { diskFault } from './disk-errors.ts'
import { fileSystemOf } from './file-system.ts'
import { inspect } from './inspect.ts'
import { glanceAt, lookAt, readableAt } from './look-at.ts'
import { writersOf } from './open-for-writing.ts'
import { pulse } from './pulse.ts'
import { isAside, removeSource } from './remove-source.ts'

/** The delivery trees on this machine's file systems. Calls block, so this runs in a worker. */
export const disk: Files = {
  list: async (directory) => listOrFault(directory),
  listSome: async (directories) => {
    const listings: (Listing | Fault)[] = []
    const until = systemClock.monotonic() + shortMs
    let names = 0
    for (const directory of directories) {
      if (listings.length > 0 && (names >= fewNames || systemClock.monotonic() >= until)) break
      pulse()
      const listing = listOrFault(directory, listings.length === 0)
      if (!(listing instanceof Fault)) names += listing.names.length
      listings.push(listing)
    }
    return listings
  },
  fileSystemOf: async (directory) => orFault(() => fileSystemOf(directory), 'cannot look at', directory),
  look: async (paths, followSymlinks = false) =>
    paths.map((path) => orFault(() => lookAt(path, followSymlinks), 'cannot look at', path)),
  glance: async (paths, followSymlinks = false) =>
    paths.map((path) => orFault(() => glanceAt(path, followSymlinks), 'cannot look at', path)),
  readable: async (paths, followSymlinks = false) => paths.map((path) => readableAt(path, followSymlinks)),
  inspect: async (jobs) => jobs.map(inspect),
  writers: async (written) => writersOf(written),
  remove: async (jobs) => jobs.map(removeSource),
}

const orFault = <T>(work: () => T, doing: string, path: Path): T | Fault => {
  try {
    return work()
  } catch (error) {
    return diskFault(error, doing, path)
  }
}

/** In one answer, so that neither a large directory waits in memory behind others, nor a slow one keeps them waiting. */
const fewNames = 2000
const shortMs: Millis = 250

const listOrFault = (directory: Path, tellsFileSystem = true): Listing | Fault =>
  orFault(() => list(directory, tellsFileSystem), 'cannot list', directory)

const list = (directory: Path, tellsFileSystem: boolean): Listing => {
  const names = readdirSync(fsPath(directory), { encoding: 'latin1' }).sort().map(fromLatin1)
  return { fileSystem: tellsFileSystem ? fileSystemOf(directory) : null, names: names.filter((one) => !isAside(one)) }
}

/** A byte a character: a tenth of what a Buffer a name takes, and in the order of the bytes. */
const fromLatin1 = (name: string): Path =>
  /^[\x20-\x7e]*$/.test(name) ? name : pathFromBytes(Buffer.from(name, 'latin1'))
