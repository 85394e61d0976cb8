import { Fault, faultFromData, type FaultData } from '../domain/fault.ts'
import { showPath, type Path } from '../domain/path.ts'
import type { Millis } from '../domain/time.ts'
import type { FileSystem } from '../world.ts'
import { endWhenItSpeaks } from './end-thread.ts'

/** What the file system of an archive can do. */
export type ArchiveAbilities = {
  readonly fileSystem: FileSystem
  /** Publishing never takes a name that is taken. */
  readonly noReplaceRename: boolean
  /** Two files change names at once; `on_redelivery = "replace"` needs it. */
  readonly exchange: boolean
  readonly hardLinks: boolean
  /** Everything written is made durable by one call. */
  readonly syncfs: boolean
}

export type TrialAnswer =
  | { readonly is: 'tried'; readonly abilities: ArchiveAbilities }
  | { readonly is: 'fault'; readonly fault: FaultData }

/** Tries it in a directory of its own below the root, which is there, and removes that again. One that does not answer
 *  in time is a Fault. */
export const tryArchive = (root: Path, timeoutMs: Millis = 10_000): Promise<ArchiveAbilities | Fault> =>
  new Promise((resolve) => {
    const worker = new Worker(new URL('./archive-trial-worker.ts', import.meta.url))
    const end = (answer: ArchiveAbilities | Fault, isHung = false) => {
      clearTimeout(timer)
      if (isHung) endWhenItSpeaks(worker)
      else worker.terminate()
      resolve(answer)
    }
    const timer = setTimeout(() => end(unresponsive(root), true), timeoutMs)
    worker.onmessage = ({ data }: MessageEvent<TrialAnswer>) =>
      end(data.is === 'tried' ? data.abilities : faultFromData(data.fault))
    worker.onerror = (event) => end(new Fault(`${showPath(root)} cannot be tried: ${event.message}`))
    worker.postMessage(root)
  })

const unresponsive = (root: Path): Fault =>
  new Fault(`the file system at ${showPath(root)} did not answer`, { remedy: 'check its server and its mount' })
