import { existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type PlaceName = 'tmpfs' | 'disk'

/** Folders that are gone and processes that are over when the bench is, however it ends. */
export type Workshop = {
  readonly places: readonly PlaceName[]
  /** A new, empty folder. */
  folder(place: PlaceName, name: string): string
  /** Ends this process and those it started when the bench ends before it does. Gives what is to be called once it
   *  is over. */
  own(pid: number): () => void
  close(): void
}

const tmpfs = '/dev/shm'
const tmpfsMagic = 0x01021994

/** The places that this machine has. */
const machinePlaces = (): PlaceName[] =>
  existsSync(tmpfs) && statfsSync(tmpfs).type === tmpfsMagic ? ['tmpfs', 'disk'] : ['disk']

/** Whether what is called disk here is one. */
export const isDiskInMemory = (): boolean => statfsSync(tmpdir()).type === tmpfsMagic

export const openWorkshop = (wanted: readonly string[]): Workshop => {
  const roots = new Map<PlaceName, string>()
  const processes = new Set<number>()
  const rootOf = (place: PlaceName): string => {
    const known = roots.get(place)
    if (known !== undefined) return known
    const root = mkdtempSync(join(place === 'tmpfs' ? tmpfs : tmpdir(), 'carbonation-bench-'))
    roots.set(place, root)
    return root
  }
  const close = () => {
    for (const pid of processes) endGroup(pid)
    processes.clear()
    for (const root of roots.values()) rmSync(root, { recursive: true, force: true, maxRetries: 3 })
    roots.clear()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      close()
      process.exit(130)
    })
  }
  return {
    places: machinePlaces().filter((one) => wanted.length === 0 || wanted.includes(one)),
    folder: (place, name) => {
      const path = join(rootOf(place), name)
      mkdirSync(path, { recursive: true })
      return path
    },
    own: (pid) => {
      processes.add(pid)
      return () => void processes.delete(pid)
    },
    close,
  }
}

/** Children are leaders of their own process groups, so what they started ends with them. */
export const endGroup = (pid: number): void => {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
