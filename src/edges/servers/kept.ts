import type { Connection } from './connection.ts'

/** A connection that is opened when it is needed, and again when it was lost. */
export const kept = (open: () => Promise<Connection>) => {
  let current: Promise<Connection> | null = null
  return {
    get: async (): Promise<Connection> => {
      const before = current
      const connection = await before?.catch(() => null)
      if (connection?.isAlive()) return connection
      if (current === before) current = open()
      return current ?? open()
    },
    /** The server notices late that a connection is closed, so what it held is given back before. */
    close: async (giveBack: (connection: Connection) => Promise<void> = async () => undefined): Promise<void> => {
      const connection = await current?.catch(() => null)
      if (connection?.isAlive()) await giveBack(connection).catch(() => undefined)
      await connection?.close()
    },
  }
}
