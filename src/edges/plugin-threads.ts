import { Fault } from '../domain/fault.ts'
import type { Call, Description } from '../plugin/messages.ts'
import { startSession, type Ask, type Death, type Session, type SessionOptions } from './plugin-session.ts'

/** So many threads in a row may die without having answered or begun anything. */
const maxBarrenDeaths = 3

export type PluginThreads = {
  /** The answer, or a Fault; never rejects. What is asked in one go travels in one message. */
  ask(call: Omit<Call, 'id'>): Promise<unknown>
  describe(): Description
  reload(): Promise<Description>
  close(): void
}

/** Keeps one thread with plugins alive. When it dies, what it had not begun goes to a new one, and what it was at is
 *  tried again one at a time in a thread apart: whichever dies there did it and gets the fault. */
export const pluginThreads = async (options: SessionOptions): Promise<PluginThreads> => {
  const live = new Set<Session>()
  const waiting: Ask[] = []
  let isClosed = false
  let isFlushDue = false
  let isStarting = false
  let barrenDeaths = 0
  let lastId = 0

  const begin: Begin = async (onDeath) => {
    if (isClosed) throw closedFault()
    const session = await startSession(options, (dead, death) => {
      live.delete(dead)
      onDeath(death, dead)
    })
    if (isClosed) session.close(closedFault())
    if (isClosed) throw closedFault()
    live.add(session)
    return session
  }

  const bury = (death: Death, session: Session) => {
    if (session === current) current = null
    barrenDeaths = death.answered === 0 && death.suspects.length === 0 ? barrenDeaths + 1 : 0
    if (barrenDeaths < maxBarrenDeaths) waiting.unshift(...death.others)
    else settleAll(death.others, death.faultOf('a plugin'))
    void tryAlone(death.suspects, description, begin).then(end)
    flushSoon()
  }

  const end = (session: Session | null) => {
    if (session === null) return
    live.delete(session)
    session.retire()
  }

  const flushSoon = () => {
    if (isFlushDue) return
    isFlushDue = true
    queueMicrotask(() => {
      isFlushDue = false
      if (waiting.length === 0) return
      if (current !== null) current.send(waiting.splice(0))
      else if (!isStarting) void restart()
    })
  }

  const restart = async () => {
    isStarting = true
    try {
      const session = await begin(bury)
      if (Bun.deepEquals(session.description.columns, description.columns)) {
        current = session
        description = session.description
      } else {
        end(session)
        throw new Fault('the columns that plugins export have changed since they were loaded', {
          remedy: 'run "carbonation db init" and start the service again',
        })
      }
    } catch (error) {
      settleAll(waiting.splice(0), faultFrom(error))
    }
    isStarting = false
    flushSoon()
  }

  let current: Session | null = await begin(bury)
  let description = current.description

  return {
    describe: () => description,
    ask: (call) => new Promise((settle) => {
      if (isClosed) return settle(closedFault())
      lastId = (lastId % 2 ** 30) + 1
      waiting.push({ call: { ...call, id: lastId }, settle })
      flushSoon()
    }),
    async reload() {
      const fresh = await begin(bury)
      end(current)
      current = fresh
      description = fresh.description
      return description
    },
    close() {
      isClosed = true
      for (const session of live) session.close(closedFault())
      settleAll(waiting.splice(0), closedFault())
    },
  }
}

type Begin = (onDeath: (death: Death, session: Session) => void) => Promise<Session>

/** One after the other; gives the thread that is still alive at the end. */
const tryAlone = async (suspects: readonly Ask[], { modules }: Description, begin: Begin): Promise<Session | null> => {
  let session: Session | null = null
  let blame: (death: Death) => void = () => {}
  for (const { call, settle } of suspects) {
    const answer = Promise.withResolvers<unknown>()
    const file = modules.find(({ name }) => name === call.module)?.file ?? call.module
    blame = ({ faultOf }) => {
      session = null
      answer.resolve(faultOf(`${call.name} of ${file}`))
    }
    try {
      session ??= await begin((death) => blame(death))
      session.send([{ call, settle: answer.resolve }])
      settle(await answer.promise)
    } catch (error) {
      settle(faultFrom(error))
    }
  }
  return session
}

const settleAll = (asks: readonly Ask[], answer: Fault) => {
  for (const { settle } of asks) settle(answer)
}

const faultFrom = (error: unknown): Fault =>
  error instanceof Fault ? error : new Fault(String(error), { cause: error })

const closedFault = () => new Fault('the plugins were closed before this was answered')
