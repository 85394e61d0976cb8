/** `npm run test:faults`: every fault at every call, for all scenarios; and the service killed again and again while
 *  files arrive. Takes the better part of an hour. `-- 4` takes one in four. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { scenarios } from './corpus.ts'
import { killWhileLive } from './live.ts'
import { counts, failAt, killAt, newTally, oneIn, report } from './matrix.ts'
import { binary } from './project.ts'
import { canTrace } from './strace.ts'

const main = async (): Promise<boolean> => {
  if (!existsSync(binary)) throw new Error(`${binary} is not there: npm run build makes it`)
  if (!canTrace()) throw new Error('strace is not there, or may not trace')
  const folder = mkdtempSync(`${tmpdir()}/carbonation-faults-`)
  const share = oneIn(Number(process.argv[2] ?? 1))
  const all = [newTally(), newTally()] as const
  try {
    for (const scenario of scenarios) {
      const [kills, errors] = [newTally(), newTally()]
      killAt(`${folder}/kill`, scenario, share, kills)
      console.log(`killed, ${scenario.name}: ${report(kills)}`)
      failAt(`${folder}/fail`, scenario, share, errors)
      console.log(`errors, ${scenario.name}: ${report(errors)}`)
      add(all[0], kills)
      add(all[1], errors)
    }
    const live = await killWhileLive(`${folder}/live`, 20_000)
    console.log(`live: ${live.kills} kills, ${live.delivered} pairs delivered, ${live.wrongs.length} wrong`)
    for (const wrong of live.wrongs) console.log(wrong)
    console.log(`in all, killed: ${counts(all[0])}\nin all, errors: ${counts(all[1])}`)
    return all.every((one) => one.failures.length === 0) && live.wrongs.length === 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const add = (sum: ReturnType<typeof newTally>, more: ReturnType<typeof newTally>): void => {
  sum.injected += more.injected
  sum.struck += more.struck
  sum.failures.push(...more.failures)
}

process.exitCode = (await main()) ? 0 : 1
