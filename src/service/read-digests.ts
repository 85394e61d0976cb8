import { Fault } from '../domain/fault.ts'
import { isUntouched, type Identity } from '../domain/identity.ts'
import { showPath, type Path } from '../domain/path.ts'
import type { Files } from '../world.ts'

/** One file that is to be read in full. */
export type ToRead = { readonly path: Path; readonly identity: Identity; readonly followSymlink?: boolean }

/** Read in one question. A larger file is a question of its own. */
const bytesAtOnce = 64 * 1024 * 1024
const filesAtOnce = 500

/** The SHA-256 of these files, in hex and in order, read by several workers at a time. A file that cannot be read, or
 *  that is another one than was looked at, is a Fault. */
export const readDigests = async (
  wanted: readonly ToRead[], files: Pick<Files, 'inspect'>, { workers, onRead }: { workers: number; onRead?: (count: number) => void },
): Promise<readonly (string | Fault)[]> => {
  const digests: (string | Fault)[] = []
  const questions = chunks(wanted)
  const oneAfterTheOther = async () => {
    for (let next = questions.shift(); next !== undefined; next = questions.shift()) {
      const { at, jobs } = next
      const answers = await files.inspect(jobs.map(({ path, followSymlink = false }) => ({ path, read: 'sha256' as const, followSymlink })))
      jobs.forEach((job, index) => (digests[at + index] = digestOf(job, answers[index])))
      onRead?.(jobs.length)
    }
  }
  await Promise.all(Array.from({ length: workers }, oneAfterTheOther))
  return digests
}

const chunks = (wanted: readonly ToRead[]): { at: number; jobs: ToRead[] }[] => {
  const all: { at: number; jobs: ToRead[] }[] = []
  let bytes = Infinity
  wanted.forEach((one, at) => {
    bytes += one.identity.sizeBytes
    const last = all.at(-1)
    if (last !== undefined && bytes <= bytesAtOnce && last.jobs.length < filesAtOnce) last.jobs.push(one)
    else {
      all.push({ at, jobs: [one] })
      bytes = one.identity.sizeBytes
    }
  })
  return all
}

const digestOf = ({ path, identity }: ToRead, answer: Awaited<ReturnType<Files['inspect']>>[number] | undefined): string | Fault => {
  if (answer?.is === 'fault') return answer.fault
  if (answer?.is === 'unreadable') return new Fault(answer.reason)
  if (answer?.is !== 'read' || answer.sha256 === undefined) return new Fault(`${showPath(path)} went away while it was read`)
  return isUntouched(identity, answer.identity) ? answer.sha256 : new Fault(`${showPath(path)} changed while it was read`)
}
