import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { binary, readTree, writeProject } from './project.ts'
import { componentsIn, settleDown, type Wrongs } from './verdict.ts'

type Live = { readonly kills: number; readonly delivered: number; readonly wrongs: Wrongs }

/** The service, killed again and again while pairs arrive, some written in place and some renamed into it; then one
 *  clean pass. Every pair is to be in the archive, once. */
export const killWhileLive = async (root: string, forMs: number, killEveryMs = 200): Promise<Live> => {
  rmSync(root, { recursive: true, force: true })
  writeProject(root, { action: 'move', onRedelivery: 'version', strangers: {} })
  mkdirSync(join(root, 'aside'), { recursive: true })
  const until = performance.now() + forMs
  const expected: Record<string, string> = {}
  const writer = writeUntil(root, until, expected)
  let kills = 0
  while (performance.now() < until) {
    const service = Bun.spawn([binary, 'run'], { cwd: root, stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' })
    await firstOf(service.exited, killEveryMs * (0.5 + Math.random()))
    service.kill('SIGKILL')
    await service.exited
    kills += 1
  }
  await writer
  const settled = settleDown(root)
  const archive = readTree(join(root, 'archive'))
  const left = Object.keys(readTree(join(root, 'delivery')))
  return {
    kills, delivered: Object.keys(expected).length / 2,
    wrongs: [
      ...settled,
      ...Object.entries(expected).filter(([path, content]) => archive[path] !== content).map(([path]) => `lost: ${path}`),
      ...Object.keys(archive).filter((path) => expected[path] === undefined).map((path) => `too much: ${path}`),
      ...left.map((path) => `left: ${path}`),
      ...componentsIn(root).filter((row) => row.status !== 'archived' || row.last !== row.status)
        .map((row) => `unaccounted: ${row.source_path} ${row.status}`),
    ],
  }
}

const writeUntil = async (root: string, until: number, expected: Record<string, string>): Promise<void> => {
  for (let n = 0; performance.now() < until; n += 1) {
    const category = n % 3 === 0 ? 'alpha' : 'beta'
    const members = { '.txt': `pair ${n}\n`.repeat(1 + (n % 500)), '.json': JSON.stringify({ category, note: `pair ${n}` }) }
    for (const [extension, content] of Object.entries(members)) {
      expected[`${category}/p${n}${extension}`] = content
      const final = join(root, 'delivery', `p${n}${extension}`)
      if (n % 2 === 0) writeFileSync(final, content)
      else {
        writeFileSync(join(root, 'aside/part'), content)
        renameSync(join(root, 'aside/part'), final)
      }
    }
    await Bun.sleep(8)
  }
}

const firstOf = (ended: Promise<unknown>, ms: number): Promise<unknown> => Promise.race([ended, Bun.sleep(ms)])
