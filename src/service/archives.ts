import { Fault } from '../domain/fault.ts'
import { archiveStates, rememberArchive, rememberFreeBytes } from '../store/archive-state.ts'
import { heldBy, releaseHeld } from '../store/held-groups.ts'
import type { ArchiveState, Destination, PutAnswer, PutGroup } from '../world.ts'
import type { Parts } from './parts.ts'

/** The archives as a whole: which disk each is, and which of them is in trouble. */
export type Archives = {
  /** An archive that cannot be used answers every put with its fault, without touching the disk. */
  put(name: string, groups: readonly PutGroup[]): Promise<PutAnswer>
  /** Tries those in trouble again: where one can be used, the groups it held become due. Its trouble is over when it
   *  holds none any more; until then a full disk is not well because something small fits. */
  retry(): Promise<void>
  /** Whether it could not be used when it was tried last. */
  isAway(name: string): Promise<boolean>
  /** As long as this work on it goes on, nothing is put there: its groups are held. */
  during<T>(name: string, work: () => Promise<T>): Promise<T>
}

type Needed = Pick<Parts, 'sql' | 'destination' | 'clock' | 'config' | 'log'> & { readonly fence?: () => number | null }

export const openArchives = async (parts: Needed): Promise<Archives> => {
  const { sql, destination, clock, config, log, fence = () => null } = parts
  const remembered = await archiveStates(sql)
  const ids = new Map(remembered.map((one) => [one.name, one.archiveId]))
  const told = new Map(remembered.map((one) => [one.name, one.trouble]))
  const states = new Map<string, Promise<ArchiveState | Fault>>()
  const worked = new Set<string>()

  const isInTrouble = (name: string): boolean => told.get(name) != null
  const remember = async (name: string, trouble: string | null) => {
    const before = told.get(name) ?? null
    if (trouble !== null && before === null) log.write('ERROR', `archive ${name}: ${trouble}`)
    if (trouble === null && before !== null) log.write('WARNING', `archive ${name}: it is well again`)
    told.set(name, trouble)
    await rememberArchive(sql, { name, archiveId: ids.get(name) ?? null, trouble }, clock.now()).catch((error: unknown) => {
      told.set(name, before)
      throw error
    })
  }
  /** A person may have accepted another disk meanwhile. */
  const check = async (name: string): Promise<ArchiveState | Fault> => {
    ids.set(name, (await archiveStates(sql)).find((one) => one.name === name)?.archiveId ?? null)
    const state = await orFault(destination(name).check(ids.get(name) ?? null))
    if (state instanceof Fault) await remember(name, state.sentence)
    else if (state.id !== ids.get(name)) {
      ids.set(name, state.id)
      await remember(name, told.get(name) ?? null)
    }
    if (!(state instanceof Fault)) await rememberFreeBytes(sql, name, state.freeBytes)
    return state
  }
  /** Trouble of the database says nothing of an archive: it is asked about again. */
  const stateOf = (name: string): Promise<ArchiveState | Fault> => {
    const known = states.get(name)
    if (known !== undefined) return known
    const state = check(name)
    states.set(name, state)
    state.catch(() => {
      if (states.get(name) === state) states.delete(name)
    })
    return state
  }

  return {
    isAway: async (name) => (await states.get(name)) instanceof Fault,
    during: async (name, work) => {
      worked.add(name)
      return work().finally(() => worked.delete(name))
    },
    put: async (name, groups) => {
      if (worked.has(name)) {
        const fault = beingLookedAt(name)
        await remember(name, fault.sentence)
        return allFailed(groups, fault)
      }
      const state = await stateOf(name)
      if (state instanceof Fault) return allFailed(groups, state)
      const answer = await putInto(destination(name), groups, { id: state.id, fence: fence() })
      const trouble = answer.groups.map(archiveTrouble).find((one) => one !== null)
      if (trouble !== undefined) await remember(name, trouble.sentence)
      else if (isInTrouble(name) && (await heldBy(sql, name)) === 0) await remember(name, null)
      return answer
    },
    retry: async () => {
      states.clear()
      for (const { name } of config.archives) {
        if (isInTrouble(name) && (await stateOf(name)) instanceof Fault) continue
        const released = await releaseHeld(sql, name, clock.now())
        if (isInTrouble(name) && released === 0) await remember(name, null)
      }
    },
  }
}

const beingLookedAt = (name: string): Fault =>
  new Fault(`the archive ${name} has not answered yet since the start`, { remedy: 'check its server and its mount', archive: name })

const putInto = async (
  destination: Destination, groups: readonly PutGroup[], { id, fence }: { readonly id: string; readonly fence: number | null },
): Promise<PutAnswer> => {
  const answer = await orFault(destination.put(groups, id, fence))
  return answer instanceof Fault ? allFailed(groups, answer) : answer
}

const allFailed = (groups: readonly PutGroup[], fault: Fault): PutAnswer =>
  ({ receipt: '', groups: groups.map(() => ({ is: 'fault', fault })) })

/** An archive that does not answer costs its worker, and its groups wait. */
const orFault = <T>(answer: Promise<T>): Promise<T | Fault> =>
  answer.catch((error: unknown) => {
    if (error instanceof Fault) return error
    throw error
  })

/** A fault of the archive as a whole. */
const archiveTrouble = (result: PutAnswer['groups'][number]): Fault | null =>
  result.is === 'fault' && result.fault.archive !== undefined ? result.fault : null
