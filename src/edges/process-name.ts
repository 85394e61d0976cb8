import { readFileSync, readlinkSync } from 'node:fs'

/** Names this process among all that its machine ever ran: the boot, the process namespace, the number, the start. */
export const processName = (): string => nameOf(process.pid) ?? `${process.pid}`

/** Whether a process is over for certain: it ran here, since the last boot, and is not there any more. */
export const isProcessOver = (name: string): boolean => {
  const [boot, space, pid] = name.split(' ')
  const [ownBoot, ownSpace] = processName().split(' ')
  return pid !== undefined && boot === ownBoot && space === ownSpace && nameOf(Number(pid)) !== name
}

const nameOf = (pid: number): string | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (state === 'Z' || state === 'X') return null
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    return [boot, readlinkSync('/proc/self/ns/pid'), pid, rest[18]].join(' ')
  } catch {
    return null
  }
}
