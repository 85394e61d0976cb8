/** `npm run test:faults`: every fault at every call, for all scenarios; and the service killed again and again while
 *  files arrive. `-- 4` takes one in four. Ends with the counts, and with 1 where anything was lost, doubled or half. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { scenarios } from './corpus.ts'
import { killWhileLive } from './live.ts'
import { addTo, newTally, oneIn, report, sumOf, tallyOf, ways, type Tally, type Way } from './matrix.ts'
import { nightAway } from './night.ts'
import { binary } from './project.ts'
import { canTrace } from './strace.ts'

type Part = { readonly scenario: number; readonly way: Way; readonly share: number }

const main = async (): Promise<boolean> => {
  if (!existsSync(binary)) throw new Error(`${binary} is not there: npm run build makes it`)
  if (!canTrace()) throw new Error('strace is not there, or may not trace')
  const folder = mkdtempSync(`${tmpdir()}/carbonation-faults-`)
  const share = Number(process.argv[2] ?? 1)
  const parts = scenarios.flatMap((_, scenario) => ways.map((way) => ({ scenario, way, share })))
  const sums: Readonly<Record<Way, Tally>> = { killed: newTally(), errors: newTally() }
  try {
    const waiting = [...parts]
    await Promise.all(Array.from({ length: availableParallelism() }, async (_, lane) => {
      for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
        const tally = await inOwnProcess(`${folder}/${lane}`, part)
        console.log(`${part.way}, ${scenarios[part.scenario]?.name}: ${report(tally)}`)
        addTo(sums[part.way], tally)
      }
    }))
    const live = await killWhileLive(`${folder}/live`, 60_000, 1000)
    console.log(`live: ${live.kills} kills, ${live.delivered} pairs delivered, ${live.wrongs.length} wrong`)
    for (const wrong of live.wrongs) console.log(wrong)
    const night = nightAway(`${folder}/night`, 20_000)
    console.log(`an archive away for a night, 40000 files held: ${night.length} wrong`)
    for (const wrong of night) console.log(wrong)
    for (const way of ways) console.log(`in all, ${way}: ${sumOf(sums[way])}`)
    return ways.every((way) => sums[way].failures.length === 0) && live.wrongs.length === 0 && night.length === 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Striking waits for the program that is struck; so each lane has a process of its own. */
const inOwnProcess = async (root: string, part: Part): Promise<Tally> => {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'full.ts'), '--part', root, JSON.stringify(part)], {
    stdin: 'ignore', stdout: 'pipe', stderr: 'inherit',
  })
  const [said, exitCode] = await Promise.all([child.stdout.text(), child.exited])
  if (exitCode !== 0) throw new Error(`a part of the run ended with ${exitCode}`)
  return JSON.parse(said) as Tally
}

const strikePart = (root: string, { scenario, way, share }: Part): void => {
  const chosen = scenarios[scenario]
  if (chosen !== undefined) console.log(JSON.stringify(tallyOf(way, root, chosen, oneIn(share))))
}

const [, , flag, root, part] = process.argv
if (flag === '--part' && root !== undefined && part !== undefined) strikePart(root, JSON.parse(part) as Part)
else process.exitCode = (await main()) ? 0 : 1
