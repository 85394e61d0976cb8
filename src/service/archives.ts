import { Fault } from '../domain/fault.ts'
import { archiveStates, rememberArchive } from '../store/archive-state.ts'
import type { ArchiveState, PutAnswer, PutGroup } from '../world.ts'
import type { Parts } from './parts.ts'

/** The archives as a whole: which disk each is, and which of them is in trouble. */
export type Archives = {
  /** An archive in trouble answers every put with its fault, without touching the disk. */
  put(name: string, groups: readonly PutGroup[]): Promise<PutAnswer>
  /** Tries those in trouble again; where one is well, the groups it held become due. */
  retry(): Promise<void>
}

type Needed = Pick<Parts, 'sql' | 'destination' | 'clock' | 'config' | 'log'>

export const openArchives = async (parts: Needed): Promise<Archives> => {
  const { sql, destination, clock, config, log } = parts
  const remembered = new Map((await archiveStates(sql)).map((one) => [one.name, one]))
  const states = new Map<string, Promise<ArchiveState | Fault>>()
  const told = new Map([...remembered.values()].map((one) => [one.name, one.trouble]))

  const remember = async (name: string, id: string | null, fault: Fault | null) => {
    const trouble = fault?.sentence ?? null
    if (fault !== null && told.get(name) == null) log.write('ERROR', `archive ${name}: ${fault.sentence}`)
    if (fault === null && told.get(name) != null) log.write('WARNING', `archive ${name}: it is well again`)
    told.set(name, trouble)
    await rememberArchive(sql, { name, archiveId: id, trouble }, clock.now())
  }
  const check = async (name: string): Promise<ArchiveState | Fault> => {
    const id = remembered.get(name)?.archiveId ?? null
    const state = await destination(name).check(id)
    const found = state instanceof Fault ? id : state.id
    remembered.set(name, { name, archiveId: found, trouble: null, troubleSince: null })
    await remember(name, found, state instanceof Fault ? state : null)
    return state
  }
  const stateOf = (name: string): Promise<ArchiveState | Fault> => {
    const state = states.get(name) ?? check(name)
    states.set(name, state)
    return state
  }

  return {
    put: async (name, groups) => {
      const state = await stateOf(name)
      if (state instanceof Fault) return { receipt: '', groups: groups.map(() => ({ is: 'fault', fault: state })) }
      const answer = await destination(name).put(groups, state.id)
      for (const result of answer.groups) {
        if (result.is === 'fault' && result.fault.archive !== undefined) {
          await remember(name, state.id, result.fault)
          break
        }
      }
      return answer
    },
    retry: async () => {
      states.clear()
      for (const { name } of config.archives) if (told.get(name) != null) await stateOf(name)
    },
  }
}
