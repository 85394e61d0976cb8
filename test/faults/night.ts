import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readTree, runOnce, writeProject, writeTree } from './project.ts'
import { componentsIn, letTimePass, type Wrongs } from './verdict.ts'

/** An archive that is away while so many pairs arrive, pass after pass, and is there again in the morning. Gives what is
 *  wrong with what one further pass, without a person, made of them. */
export const nightAway = (root: string, pairs: number): Wrongs => {
  rmSync(root, { recursive: true, force: true })
  writeProject(root, { action: 'move', onRedelivery: 'version', strangers: {} }, { service: 'poll_interval = "1s"' })
  deliver(root, 'evening', 1)
  const before = runOnce(root)
  renameSync(join(root, 'archive'), join(root, 'unmounted'))
  mkdirSync(join(root, 'archive'))
  deliver(root, 'night', pairs)
  const hours = [1, 2, 3].map(() => {
    letTimePass(root)
    return runOnce(root)
  })
  const held = componentsIn(root).filter((row) => row.status === 'retry_pending')
  rmSync(join(root, 'archive'), { recursive: true })
  renameSync(join(root, 'unmounted'), join(root, 'archive'))
  const morning = runOnce(root)
  const rows = componentsIn(root)
  const archived = Object.keys(readTree(join(root, 'archive'))).length
  const say = (isWrong: boolean, sentence: string) => (isWrong ? [sentence] : [])
  return [
    ...[before, ...hours, morning].flatMap(({ exitCode, stderr }) => say(exitCode !== 0, `ended with ${exitCode}: ${stderr}`)),
    ...say(held.length !== 2 * pairs, `${held.length} of ${2 * pairs} files were held`),
    ...say(archived !== 2 * (pairs + 1), `${archived} of ${2 * (pairs + 1)} files are in the archive`),
    ...say(rows.some((row) => Reflect.get(row, 'retry_count') !== 0), 'the night cost retries'),
    ...rows.filter((row) => row.status !== 'archived').slice(0, 5).map((row) => `${row.source_path} is ${row.status}`),
    ...Object.keys(readTree(join(root, 'delivery'))).slice(0, 5).map((path) => `left: ${path}`),
  ]
}

const deliver = (root: string, when: string, pairs: number): void => {
  for (let n = 0; n < pairs; n += 1) {
    const members = { [`${when}${n}.txt`]: `text of ${when} ${n}\n`, [`${when}${n}.json`]: JSON.stringify({ category: 'alpha', n }) }
    writeTree(join(root, 'delivery'), members)
  }
}
