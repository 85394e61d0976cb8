/** Everything outside the program, as interfaces, on one page. `compose.ts` alone knows which one is real. */
import type { Fault } from './domain/fault.ts'
import type { FileKind, Identity } from './domain/identity.ts'
import type { Path } from './domain/path.ts'
import type { SightText } from './domain/sight.ts'
import type { ChecksumAlgorithm } from './domain/sums.ts'
import type { Instant, Millis } from './domain/time.ts'
import type { Metadata } from './plugin/contract.ts'

export interface Clock {
  /** The wall clock. */
  now(): Instant
  /** Never goes back; for measuring how long something stood still. */
  monotonic(): Millis
  sleep(ms: Millis, signal?: AbortSignal): Promise<void>
}

/** The delivery trees. Every call may hang with its file system, so each runs in a worker and has a time limit. */
export interface Files {
  /** The names in a directory, sorted by their bytes, with the id of the file system it stands on. */
  list(directory: Path): Promise<Listing | Fault>
  /** The first of these directories, in order: one at least, and as many as have a few thousand names and answer soon. The
   *  file system is told of the first one alone, since asking for it is a call over the network for each. */
  listSome(directories: readonly Path[]): Promise<readonly (Listing | Fault)[]>
  /** The file system that a directory stands on. */
  fileSystemOf(directory: Path): Promise<FileSystem | Fault>
  /** What stands at each path, links not followed; null where nothing does. One answer a path, in order. */
  look(paths: readonly Path[], followSymlinks?: boolean): Promise<(Sight | Fault | null)[]>
  /** As `look`, each sight as one text, which costs far less to bring from another thread: for looks at many. */
  glance(paths: readonly Path[], followSymlinks?: boolean): Promise<(SightText | Fault | null)[]>
  /** What stands at each path where that is a regular file that may be read; null for everything else, and `inspect` says
   *  what it is. One answer a path, in order. */
  readable(paths: readonly Path[], followSymlinks?: boolean): Promise<(SightText | null)[]>
  /** Opens and reads. One answer a job, in order. */
  inspect(jobs: readonly InspectJob[]): Promise<Inspection[]>
  /** Which process has each file open for writing, or mapped, as far as this system tells; null where none is known. One
   *  answer a file, in order. May be a moment old. */
  writers(files: readonly WrittenFile[]): Promise<(string | null)[]>
  /** Removes sources after their bytes are archived: renamed aside, compared, unlinked, or renamed back. */
  remove(jobs: readonly RemoveJob[]): Promise<Removal[]>
}

export type Listing = { readonly fileSystem: FileSystem | null; readonly names: readonly Path[] }
/** `id` tells a mounted file system from the empty directory below its mount point; `local` is false for network,
 *  FUSE and unknown ones, whose events are not to be trusted. */
export type FileSystem = {
  readonly id: string
  readonly type: string
  readonly local: boolean
  /** Room for this user, where it was measured. */
  readonly freeBytes?: number
}
export type WrittenFile = { readonly path: Path; readonly identity: Identity }
export type Sight = { readonly kind: FileKind; readonly identity: Identity }
export type InspectJob = {
  readonly path: Path
  /** `head`: a regular file that may be read. `sha256`, `md5`: all of it. `text`: its content, up to 4 MiB, for sidecars. */
  readonly read: 'head' | ChecksumAlgorithm | 'text'
  /** The watch says `follow_symlinks`: where a symbolic link stands, the file it leads to is meant. */
  readonly followSymlink?: boolean
}
export type RemoveJob = { readonly path: Path; readonly identity: Identity; readonly followSymlink?: boolean }
export type Inspection =
  | { readonly is: 'read'; readonly identity: Identity; readonly sha256?: string; readonly md5?: string; readonly text?: string }
  | { readonly is: 'gone' }
  /** Permissions refuse it, or it is not a regular file: the file's own fault. */
  | { readonly is: 'unreadable'; readonly reason: string }
  /** The system reports it as broken (EIO and the like): tried again. */
  | { readonly is: 'fault'; readonly fault: Fault }
export type Removal = { readonly is: 'removed' | 'gone' | 'changed' } | { readonly is: 'fault'; readonly fault: Fault }

/** One archive: keeps bytes under archive-relative keys, whole or not at all. A local directory is the first kind. */
export interface Destination {
  readonly name: string
  /** Whether it is there and the one it was: its id, made on first use (`expectedId` null), and its free space. */
  check(expectedId: string | null): Promise<ArchiveState | Fault>
  /** Puts the groups of one batch: stages, compares, makes durable, publishes. One answer a group, in order.
   *  Nothing is final before `commit(receipt)`; `takeBack(receipt)` undoes it. What is staged bears the fence. */
  put(groups: readonly PutGroup[], expectedId: string | null, fence?: number | null): Promise<PutAnswer>
  /** The ledger has it: intents, displaced files and staged left-overs go. */
  commit(receipt: Receipt): Promise<void>
  takeBack(receipt: Receipt): Promise<void>
  /** What runs that died left behind: their intents, each to be committed or taken back. Where hosts share the archive,
   *  whoever has no standing is dead: its staging is moved away, so that it can neither publish nor take back any more. */
  recover(standing?: Standing | null): Promise<readonly DeadIntent[]>
  /** Ends what `recover` found: `kept` are the indexes of those that the ledger has, the others are taken back. */
  resolve(kept: readonly number[]): Promise<void>
  /** Removes this run's staging directory. */
  close(): Promise<void>
}

/** Whose staging is alive: these fences, and all that are greater than the newest. */
export type Standing = { readonly fences: readonly number[]; readonly newest: number }

export type ArchiveState = { readonly id: string; readonly freeBytes: number }
export type PutGroup = {
  /** The directory below the archive's root that the template gave. */
  readonly directory: Path
  /** The group's common name and the number it bears already (1: none); members are `stem~2.ext` from 2 on. */
  readonly number: number
  readonly members: readonly PutMember[]
  /** What the same keys hold by an earlier generation that this one replaces. */
  readonly replaces: readonly { readonly key: Path; readonly sha256: string }[]
  /** Kept with the intents, so that a run that died is known by its groups. */
  readonly watchName: string
  readonly groupKey: string
  readonly generation: number
}
export type PutMember = {
  readonly source: Path
  readonly identity: Identity
  /** The name without number: stem and extension; the number goes between. */
  readonly stem: Path
  readonly extension: Path
  readonly primary: boolean
  /** Its bytes are read from the archive, since the source is gone. */
  readonly fromArchive: boolean
  readonly followSymlink?: boolean
}
export type PutAnswer = { readonly receipt: Receipt; readonly groups: readonly PutResult[] }
/** Names what one `put` left to be ended. */
export type Receipt = string
export type PutResult =
  | { readonly is: 'stored'; readonly number: number; readonly members: readonly Stored[]; readonly stranger: Path | null }
  /** A source is not the file that was looked at: it goes back to settling. */
  | { readonly is: 'changed'; readonly paths: readonly Path[] }
  | { readonly is: 'fault'; readonly fault: Fault }
export type Stored = { readonly key: Path; readonly path: Path; readonly sha256: string; readonly sizeBytes: number }
/** One file that a run which died meant to publish. */
export type DeadIntent = {
  /** The archive's root, which its key is relative to. */
  readonly root: Path
  readonly watchName: string
  readonly groupKey: Path
  readonly generation: number
  readonly key: Path
  readonly sha256: string
  readonly source: Path
  readonly identity: Identity
}

/** The functions of all plugins, run in a worker with a time limit. */
export interface Plugins {
  /** Calls `name` of `module` (null: whichever plugin exports it) once a list of arguments. Answers in order;
   *  what was thrown, timed out or died is a Fault that names plugin, file and line. */
  call(target: PluginTarget, argumentLists: readonly (readonly unknown[])[]): Promise<(unknown | Fault)[]>
  /** `extract` of a module, its values checked against the columns. */
  extract(module: string, pathLists: readonly (readonly Path[])[]): Promise<(Metadata | Fault)[]>
}
export type PluginTarget = { readonly module: string | null; readonly name: string }

/** Tells where to look; never what is true. */
export interface Watcher {
  /** Begins to watch a root; a promise that ends when it is watched, or is a Fault where it can't be. */
  watch(root: WatchRoot): Promise<WatchState>
  unwatch(name: string): Promise<void>
  close(): Promise<void>
}
export type WatchRoot = {
  readonly name: string
  readonly path: Path
  readonly recursive: boolean
  /** Whether a file of our own is made there now and then, to see that events arrive. */
  readonly canary?: boolean
}
export type WatchState = {
  readonly backend: 'inotify' | 'fs.watch' | 'poll'
  /** Why this one and no better. */
  readonly reason: string
}
/** A hint says where something may have changed. */
export type Hint =
  /** `closed`: just now it was closed after writing, or got its name; whoever wrote it has ended, as far as that tells. */
  | { readonly is: 'path'; readonly root: string; readonly path: Path; readonly closed?: boolean }
  | { readonly is: 'directory'; readonly root: string; readonly path: Path }
  /** The whole root: an overflow, a lost or recreated root, a limit reached. `lost`: it is not watched any more.
   *  `routine`: nothing happened; a root without events is scanned again and again. */
  | { readonly is: 'root'; readonly root: string; readonly reason: string; readonly lost: boolean; readonly routine?: boolean }

export type LogLevel = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR'
export interface Log {
  write(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void
  close(): Promise<void>
}

/** The service manager. All of it does nothing where there is none. */
export interface Supervisor {
  ready(): void
  alive(): void
  status(text: string): void
  stopping(): void
}

/** A database, asked in its own SQL with `?` for parameters. */
export interface Sql {
  readonly dialect: 'sqlite' | 'postgresql' | 'mariadb'
  all<Row = Record<string, unknown>>(text: string, parameters?: readonly SqlValue[]): Promise<Row[]>
  run(text: string, parameters?: readonly SqlValue[]): Promise<{ readonly changes: number }>
  /** One statement, once a list of parameters. */
  many(text: string, parameterLists: readonly (readonly SqlValue[])[]): Promise<void>
  /** All of it or nothing; writers wait for one another. Not to be nested. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>
  close(): Promise<void>
}
export type SqlValue = string | number | bigint | boolean | Uint8Array | null
