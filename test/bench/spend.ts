import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { endGroup, type Workshop } from './workshop.ts'

/** What one run of a program cost, its children included. */
export type Spent = {
  readonly wallMs: number
  /** User and system time. */
  readonly cpuMs: number
  /** The most memory that one of its processes had resident; null where GNU time is not installed. */
  readonly rssBytes: number | null
}

export type Order = {
  readonly command: readonly string[]
  readonly cwd: string
  /** It is ended, and has failed, after this time. */
  readonly limitMs?: number
}

const defaultLimitMs = 300_000
const gnuTime = '/usr/bin/time'
const hasGnuTime = Bun.spawnSync([gnuTime, '-f', '%M', 'true'], { stdout: 'ignore', stderr: 'ignore' }).success

/** Runs a program to its end. Throws with its last words where it does not end with 0. GNU time stands between, since
 *  the kernel counts the memory of the process that forked as that of the child. */
export const spend = async ({ command, cwd, limitMs = defaultLimitMs }: Order, workshop: Workshop): Promise<Spent> => {
  const note = join(cwd, '.resident')
  const whole = hasGnuTime ? [gnuTime, '-q', '-f', '%M', '-o', note, ...command] : [...command]
  const began = Bun.nanoseconds()
  const child = Bun.spawn(whole, { cwd, stdin: 'ignore', stdout: 'ignore', stderr: 'pipe', detached: true })
  const over = workshop.own(child.pid)
  const limit = setTimeout(() => endGroup(child.pid), limitMs)
  const words = child.stderr.text()
  const code = await child.exited
  const wallMs = (Bun.nanoseconds() - began) / 1e6
  clearTimeout(limit)
  over()
  const rssBytes = hasGnuTime ? residentIn(note) : null
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${lastLines(await words)}`)
  return { wallMs, cpuMs: Number(child.resourceUsage()?.cpuTime.total ?? 0) / 1000, rssBytes }
}

const residentIn = (note: string): number | null => {
  try {
    const kibibytes = Number(readFileSync(note, 'utf8').trim().split('\n').at(-1))
    return Number.isFinite(kibibytes) ? kibibytes * 1024 : null
  } catch {
    return null
  } finally {
    rmSync(note, { force: true })
  }
}

const lastLines = (text: string): string => text.trim().split('\n').slice(-3).join(' | ')
