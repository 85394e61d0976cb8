import type { ChildProcess } from 'node:child_process'

type Home = { readonly directory: string; readonly owner: { readonly uid?: number; readonly gid?: number } }
export type Settings = Readonly<Record<string, string | number>>
export type Prepared = {
  readonly engine: 'postgresql' | 'mariadb'
  readonly home: Home; readonly data: string; readonly port: number; readonly socket: string; readonly socketFile: string
  readonly username: string; readonly program: string; readonly args: readonly string[]; readonly settings: Settings; readonly log: string
}
export const prepare: (engine: Prepared['engine'], folder: string, name: string) => Promise<Prepared>
export const start: (prepared: Prepared, settings?: Settings) => Promise<ChildProcess>
export const end: (server: ChildProcess, signal: NodeJS.Signals) => Promise<void>
export const postgresqlPrograms: () => string
export const asOwner: (home: Home) => { readonly env: Readonly<Record<string, string>>; readonly cwd: string; readonly uid?: number; readonly gid?: number }
