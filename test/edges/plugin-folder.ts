import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Fault } from '../../src/domain/fault.ts'
import { openPlugins, type PluginHost } from '../../src/edges/plugin-host.ts'

export type PluginFolder = AsyncDisposable & {
  readonly directory: string
  /** What the plugins printed so far. */
  readonly printed: string[]
  write(files: Readonly<Record<string, string>>): void
  open(timeoutMs?: number): Promise<PluginHost>
  /** The lines of the Fault that opening ends with. */
  refusal(timeoutMs?: number): Promise<string[]>
}

/** A directory `plugins` with these files, and hosts over it that end with it. */
export const pluginFolder = (files: Readonly<Record<string, string>>): PluginFolder => {
  const above = mkdtempSync(join(tmpdir(), 'carbonation-plugins-'))
  const directory = join(above, 'plugins')
  const hosts: PluginHost[] = []
  const printed: string[] = []
  const folder: PluginFolder = {
    directory,
    printed,
    write(some) {
      for (const [name, text] of Object.entries(some)) {
        mkdirSync(dirname(join(directory, name)), { recursive: true })
        writeFileSync(join(directory, name), text)
      }
    },
    async open(timeoutMs = 20_000) {
      const host = await openPlugins({ directory, timeoutMs, print: (text) => void printed.push(text) })
      hosts.push(host)
      return host
    },
    async refusal(timeoutMs) {
      try {
        await folder.open(timeoutMs)
      } catch (error) {
        if (error instanceof Fault) return error.message.split('\n')
        throw error
      }
      return []
    },
    async [Symbol.asyncDispose]() {
      for (const host of hosts) host.close()
      rmSync(above, { recursive: true })
    },
  }
  folder.write(files)
  return folder
}

/** What a call answered, faults as their message. */
export const plain = (answers: readonly unknown[]): unknown[] =>
  answers.map((answer) => (answer instanceof Fault ? `fault: ${answer.message}` : answer))

/** Message and remedy. */
export const told = (answer: unknown): string =>
  answer instanceof Fault ? [answer.message, answer.remedy].join('; ') : 'no fault'

/** Waits for a condition, five seconds at most. */
export const until = async (holds: () => boolean): Promise<void> => {
  for (let looks = 0; looks < 500 && !holds(); looks++) await Bun.sleep(10)
  if (!holds()) throw new Error('it did not come true within 5 s')
}
