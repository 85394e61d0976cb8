import type { Supervisor } from '../world.ts'
import { openNotifySocket, type NotifySocket } from './notify-socket.ts'

/** The service manager behind `NOTIFY_SOCKET`, as sd_notify(3) has it. Does nothing where the environment
 *  names none; where it cannot be reached it does nothing either, and `tell` hears why, once. No call takes
 *  longer than a second. */
export const openSupervisor = (
  environment: Readonly<Record<string, string | undefined>>,
  tell: (reason: string) => void,
): Supervisor => {
  const address = environment.NOTIFY_SOCKET
  if (address === undefined || address === '') return silent

  let isTold = false
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work()
    } catch (error) {
      if (!isTold) tell(`the service manager hears nothing of this program: ${(error as Error).message}`)
      isTold = true
      return undefined
    }
  }

  const socket: NotifySocket | undefined = attempt(() => openNotifySocket(address))
  if (socket === undefined) return silent
  const send = (state: string): void => void attempt(() => socket.send(state))
  return {
    ready: () => send('READY=1'),
    alive: () => send('WATCHDOG=1'),
    status: (text) => send(`STATUS=${oneLine(text)}`),
    stopping: () => send('STOPPING=1'),
  }
}

const silent: Supervisor = { ready() {}, alive() {}, status() {}, stopping() {} }

/** A line feed would begin the next assignment. */
const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').slice(0, mostStatusCharacters)

const mostStatusCharacters = 1000
