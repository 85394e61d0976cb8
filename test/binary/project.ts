import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fsPath, type Path } from '../../src/domain/path.ts'
import { aDatabase, type ProjectDatabase, type Row } from './database.ts'

/** The compiled program, which `npm test` builds before. */
export const program = join(import.meta.dir, '../../dist/carbonation')

export type Ran = { readonly code: number; readonly out: string; readonly err: string }

/** A project in a temporary folder, far from the repository, with nothing of this user's around. */
export type Project = {
  readonly root: Path
  /** Runs the program in it. */
  run(...args: string[]): Promise<Ran>
  /** Starts the program in it and leaves it running. */
  start(...args: string[]): Running
  /** Writes files below the delivery directory. */
  deliver(files: Readonly<Record<string, string>>): void
  write(relative: Path, content: string): void
  read(relative: Path): string | null
  /** What is archived, by its relative path, without what is the archive's own. */
  archived(): Readonly<Record<string, string>>
  /** Asks the database; there are no rows before the program has made its tables. */
  rows(sql: string): readonly Row[]
  /** Each component as `name status`, by name, with its reason where there is one. */
  standings(): readonly string[]
  close(): Promise<void>
}

export type Running = {
  readonly pid: number
  /** Sends a signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Ran>
  readonly ended: Promise<Ran>
  /** What it said on stderr so far. */
  said(): string
}

export type ProjectOptions = {
  readonly service?: string
  readonly watch?: string
  readonly archive?: string
  /** rules.toml; the rule set of the watch is `r`. */
  readonly rules?: string
  readonly plugin?: string
  /** Stands in place of all of config.toml. */
  readonly config?: string
  /** Where its ledger is; else where this run keeps all of them. */
  readonly database?: ProjectDatabase | ((root: Path) => ProjectDatabase)
  /** Programs that what is left running is started by: `strace`, `unshare` and the like. */
  readonly behind?: readonly string[]
}

export const aProject = (options: ProjectOptions = {}): Project => {
  const root = mkdtempSync(join(tmpdir(), 'carbonation-binary-'))
  const running = new Set<Running>()
  const database = typeof options.database === 'function' ? options.database(root) : options.database ?? aDatabase(root)
  const write = (relative: Path, content: string) => {
    mkdirSync(dirname(join(root, relative)), { recursive: true })
    writeFileSync(fsPath(`${root}/${relative}`), content)
  }
  for (const directory of ['delivery', 'archive', 'home']) mkdirSync(join(root, directory))
  write('config.toml', options.config ?? configText(options, database.config))
  write('rules.toml', options.rules ?? '[r]\n')
  write('plugins/file_model.ts', options.plugin ?? 'export const columns = {}\n')

  const spawn = (command: readonly string[]): Running => {
    const child = Bun.spawn([...command], {
      cwd: root, env: { PATH: process.env['PATH'] ?? '', HOME: join(root, 'home') }, stdout: 'pipe', stderr: 'pipe', stdin: 'ignore',
    })
    let said = ''
    const stderr = async () => {
      for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) said += chunk
      return said
    }
    const ended = Promise.all([child.stdout.text(), stderr(), child.exited]).then(([out, err, code]): Ran => {
      running.delete(own)
      return { code, out, err }
    })
    const own: Running = {
      pid: child.pid, ended, said: () => said,
      stop: (signal = 'SIGTERM') => {
        child.kill(signal)
        return ended
      },
    }
    running.add(own)
    return own
  }
  const { rows } = database
  return {
    root, write, rows,
    start: (...args) => spawn([...(options.behind ?? []), program, ...args]),
    run: (...args) => spawn([program, ...args]).ended,
    deliver: (files) => {
      for (const [name, content] of Object.entries(files)) write(`delivery/${name}`, content)
    },
    read: (relative) => {
      try {
        return readFileSync(fsPath(`${root}/${relative}`), 'utf8')
      } catch {
        return null
      }
    },
    archived: () => {
      const base = join(root, 'archive')
      const names = readdirSync(base, { recursive: true, encoding: 'utf8' }).filter((name) => !name.startsWith('.carbonation'))
      return Object.fromEntries(names.filter((name) => statSync(join(base, name)).isFile()).toSorted()
        .map((name) => [name, readFileSync(join(base, name), 'utf8')]))
    },
    standings: () =>
      rows('select filename, status, error_message as why from file_components order by filename, generation')
        .map((row) => `${row['filename']} ${row['status']}${row['why'] ? `: ${row['why']}` : ''}`),
    close: async () => {
      await Promise.all([...running].map((one) => one.stop('SIGKILL')))
      database.drop()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** A watch that settles in a tenth of a second, with one archive. */
const configText = ({ service = '', watch = '', archive = '' }: ProjectOptions, database: string): string => `
[service]
poll_interval = "1s"
${service}
[database]
${database}
[plugins]
directory = "plugins"
[rules]
file = "rules.toml"
[[watch]]
name = "w"
path = "delivery"
rules = "r"
archive = "main"
${watch.includes('settle_seconds') ? '' : 'settle_seconds = 0.1'}
${watch}
[[archive]]
name = "main"
${archive === '' ? 'base_path = "archive"\ndestination = "kept"\naction = "copy"' : archive}
`

/** Rules for pairs of .txt and .json. */
export const pairRules = (more = ''): string => `
[r.completeness]
group_by = "stem"
expected_extensions = [".txt", ".json"]
primary_extension = ".json"
timeout_minutes = 60
on_timeout = "warn"
${more}
`

/** Ends when the condition holds; fails after a while, telling what it was. */
export const until = async (condition: () => boolean, what: string, patienceMs = 60_000): Promise<void> => {
  for (const deadline = performance.now() + patienceMs; !condition(); await Bun.sleep(20)) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`)
  }
}
