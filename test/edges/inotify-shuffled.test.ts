import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { type Path, parentOf } from '../../src/domain/path.ts'
import { openInotify } from '../../src/edges/inotify.ts'
import { knowledgeOf } from '../contracts/knowledge.ts'

setDefaultTimeout(40_000)

/** Directories are made, filled, moved within, in and out, exchanged and deleted in any order, while the
 *  watcher is at work on what came before. */

const below = (directory: Path, kind: 'file' | 'directory'): Path[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory() === (kind === 'directory'))
    .map((entry) => `${entry.parentPath}/${entry.name}`)

/** Numbers below `limit`, the same ones for the same seed. */
const numbersFrom = (seed: number) => {
  let state = seed
  return (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

/** Changes the tree once; what the system does not allow has not happened. */
const shuffle = (root: Path, outside: Path, number: (limit: number) => number): void => {
  const pick = (paths: readonly Path[]): Path => paths[number(paths.length)] ?? 'nothing'
  const directories = below(root, 'directory')
  const place = `${pick([root, ...directories])}/${pick(['a', 'b', 'c', 'd'])}`
  const changes = [
    () => mkdirSync(`${place}/${number(3)}`, { recursive: true }),
    () => writeFileSync(`${parentOf(place)}/file${number(5)}`, ''),
    () => writeFileSync(`${parentOf(place)}/file${number(5)}`, ''),
    () => renameSync(pick(directories), place),
    () => renameSync(pick(directories), place),
    () => renameSync(pick(directories), `${outside}/${number(10)}`),
    () => renameSync(`${outside}/${number(10)}`, place),
    () => rmSync(pick(directories), { recursive: true }),
    () => unlinkSync(pick(below(root, 'file'))),
    () => renameSync(pick(below(root, 'file')), `${parentOf(place)}/renamed`),
  ]
  try {
    changes[number(changes.length)]?.()
  } catch {}
}

describe('inotify', () => {
  test.each([1, 2, 3, 4, 5])('knows every file after any changes of its directories (seed %d)', async (seed) => {
    const top = mkdtempSync(`${tmpdir()}/shuffled-`)
    const [root, outside] = [`${top}/root`, `${top}/outside`]
    mkdirSync(root)
    mkdirSync(outside)
    const known = knowledgeOf(root)
    const watcher = openInotify({ onHint: known.take })
    const isKnown = (): boolean => new Set(below(root, 'file')).symmetricDifference(known.files).size === 0
    try {
      await watcher.watch({ name: 'in', path: root, recursive: true })
      const number = numbersFrom(seed)
      for (let turn = 0; turn < 500; turn++) {
        shuffle(root, outside, number)
        if (turn % 20 === 0) await new Promise(setImmediate)
      }
      await known.until(isKnown, 'the files to be known')
      for (const directory of below(root, 'directory')) writeFileSync(`${directory}/last`, '')
      await known.until(isKnown, 'the last file of each directory to be known')
      expect(known.hints.filter((hint) => hint.is === 'root')).toEqual([])
    } finally {
      await watcher.close()
      rmSync(top, { recursive: true, force: true })
    }
  })
})
