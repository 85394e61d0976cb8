import { lstatSync, readdirSync } from 'node:fs'
import { fsPath, isWithin, joinPath, type Path, parentOf, pathFromBytes } from '../../src/domain/path.ts'
import type { Hint } from '../../src/world.ts'

/** What somebody knows of the files in a tree who looks only where hints say, and only when they come. */
export type Knowledge = {
  readonly files: ReadonlySet<Path>
  readonly hints: readonly Hint[]
  readonly take: (hint: Hint) => void
  /** Ends when the condition holds; fails after a while, naming what was told last. */
  readonly until: (condition: () => boolean, what: string) => Promise<void>
}

const patienceMs = 12_000

export const knowledgeOf = (root: Path, recursive = true): Knowledge => {
  const files = new Set<Path>()
  const hints: Hint[] = []
  let wake = (): void => {}

  const forgetBelow = (directory: Path, isDeep: boolean): void => {
    for (const file of files)
      if (isDeep ? isWithin(directory, file) : parentOf(file) === directory) files.delete(file)
  }
  const look = (path: Path): void => {
    if (kindOf(path) === 'file') files.add(path)
    else files.delete(path)
  }
  const list = (directory: Path, isDeep: boolean): void => {
    const entries = entriesOf(directory)
    forgetBelow(directory, isDeep || entries === null)
    for (const path of entries ?? []) {
      if (kindOf(path) === 'file') files.add(path)
      else if (isDeep && kindOf(path) === 'directory') list(path, true)
    }
  }
  const take = (hint: Hint): void => {
    hints.push(hint)
    if (hint.is === 'path') look(hint.path)
    else if (hint.is === 'directory') list(hint.path, false)
    else list(root, recursive)
    wake()
  }
  const until = async (condition: () => boolean, what: string): Promise<void> => {
    const deadline = performance.now() + patienceMs
    while (!condition()) {
      if (performance.now() > deadline) throw new Error(`waited in vain: ${what}\n${JSON.stringify(hints.slice(-20))}`)
      const { promise, resolve } = Promise.withResolvers<void>()
      wake = resolve
      const timer = setTimeout(resolve, 100)
      await promise
      clearTimeout(timer)
    }
  }
  return { files, hints, take, until }
}

const kindOf = (path: Path): 'file' | 'directory' | 'nothing' => {
  try {
    return lstatSync(fsPath(path)).isDirectory() ? 'directory' : 'file'
  } catch {
    return 'nothing'
  }
}

const entriesOf = (directory: Path): Path[] | null => {
  try {
    const names = readdirSync(fsPath(directory), { encoding: 'buffer' })
    return names.map((name) => joinPath(directory, pathFromBytes(name)))
  } catch {
    return null
  }
}
