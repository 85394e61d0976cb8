import { SQL } from 'bun'
import type { Millis } from '../../domain/time.ts'
import type { SqlValue } from '../../world.ts'
import { placeOf, userOf, type Server, type Tls } from './address.ts'
import { engines, type Limits } from './engine.ts'
import { firstWordOf } from './greeting.ts'
import { troubleOf } from './trouble.ts'

/** One connection of our own: what it was told and the locks it holds are gone with it, and it is never replaced by
 *  another behind our back. */
export type Connection = {
  /** What the driver throws comes as it is. One that does not answer in time is lost. */
  ask(text: string, parameters?: readonly SqlValue[]): Promise<Answer>
  isAlive(): boolean
  close(): Promise<void>
}
export type Answer = readonly Readonly<Record<string, unknown>>[] & { readonly count: number | null; readonly affectedRows: number | null }

/** How long a server may take to let us in. */
const connectMs: Millis = 10_000
/** How long a farewell may take. */
const closeMs: Millis = 500
/** What a statement may take beyond the server's own limit, before the connection counts as lost. */
const graceMs: Millis = 5_000

/** With `sslmode = "prefer"` a server that refuses us by TLS is asked without it. */
export const connect = async (server: Server, limits: Limits): Promise<Connection> => {
  const { tls } = server
  if (tls.mode !== 'prefer' || 'path' in placeOf(server)) return connectBy(server, limits)
  return connectBy({ ...server, tls: { ...tls, mode: 'require' } }, limits).catch((error: unknown) => {
    const trouble = troubleOf(engines[server.engine], error)
    if (trouble !== 'tls' && trouble !== 'login') throw error
    return connectBy({ ...server, tls: { ...tls, mode: 'disable' } }, limits)
  })
}

const connectBy = async (server: Server, limits: Limits, tries = 3): Promise<Connection> => {
  // The driver forgets some of the questions that were under way when a connection closes. One promise for all of them
  // would keep every answer for as long as the connection lives.
  const underWay = new Set<(error: Lost) => void>()
  let isGone = false
  const loseAll = () => {
    isGone = true
    for (const lose of underWay) lose(new Lost())
  }
  const pool = new SQL({ ...optionsFor(server, server.tls), onclose: loseAll } as SQL.Options)
  let isAlive = true
  const close = async () => {
    isAlive = false
    loseAll()
    // The driver may wait for ever for a connection that is gone already.
    await inTime(pool.close({ timeout: 0 }), closeMs).catch(() => undefined)
  }
  try {
    const one = await inTime(pool.reserve(), connectMs)
    const ask = async (text: string, parameters: readonly SqlValue[] = []): Promise<Answer> => {
      if (isGone && isAlive) await close()
      if (!isAlive) throw new Lost()
      const lost = Promise.withResolvers<never>()
      underWay.add(lost.reject)
      try {
        return await inTime(Promise.race([one.unsafe(text, parameters as unknown[]), lost.promise]), limits.statementMs + graceMs) as unknown as Answer
      } catch (error) {
        if (error instanceof Lost) await close()
        throw error
      } finally {
        underWay.delete(lost.reject)
      }
    }
    for (const statement of engines[server.engine].setUp(limits)) await ask(statement)
    return { ask, isAlive: () => isAlive, close }
  } catch (error) {
    await close()
    const isMute = server.engine === 'mariadb' && ['refused', 'lost'].includes(troubleOf(engines.mariadb, error) ?? '')
    const word = isMute ? await firstWordOf(placeOf(server)) : null
    // It refused a moment ago, such as one too many, and lets us in now, or says why not.
    if (word === 'welcome' && tries > 1) return connectBy(server, limits, tries - 1)
    throw word instanceof Error ? word : error
  }
}

class Lost extends Error {
  readonly code = 'LOST'
  constructor() {
    super('the connection does not answer')
  }
}

const inTime = async <T>(answer: PromiseLike<T>, ms: Millis): Promise<T> => {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Lost()), ms)
  try {
    return await Promise.race([answer, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

const optionsFor = (server: Server, { mode, ca, certificate, key }: Tls): SQL.Options => {
  const place = placeOf(server)
  const isChecked = mode === 'verify-ca' || mode === 'verify-full'
  const tls = {
    rejectUnauthorized: isChecked,
    ...(ca === null ? {} : { ca }), ...(certificate === null ? {} : { cert: certificate }), ...(key === null ? {} : { key }),
    ...(mode === 'verify-ca' ? { checkServerIdentity: () => undefined } : {}),
  }
  return {
    adapter: engines[server.engine].adapter, ...place, username: userOf(server), database: server.database,
    ...(server.password === null ? {} : { password: server.password }),
    max: 1, bigint: true, idleTimeout: 0, connectionTimeout: connectMs / 1000,
    ...(mode === 'disable' || 'path' in place ? {} : { tls, sslMode: mode }),
  } as SQL.Options
}
