import { command, exit, UsageFault } from './command.ts'
import { requireKnown } from './known-name.ts'
import { Fault } from '../domain/fault.ts'
import { showText } from '../domain/show.ts'
import type { Release } from '../store/release.ts'

/** An incomplete group is archived as it is, as a person's decision. */
export const release = command({
  usage: 'release',
  summary: 'Archive an incomplete group as it is',
  options: {
    '--group-key <key>': 'The group (required)',
    '--watch-name <name>': 'Its watch, where several have a group of this key',
  },
  async run(args, io) {
    const groupKey = args.text('group-key')
    if (groupKey === undefined) throw new UsageFault('release needs --group-key')
    const { clock, openConfig, openDatabase } = await import('../compose.ts')
    const { findByGroupKey } = await import('../store/find-in-ledger.ts')
    const store = await import('../store/release.ts')
    const { watchNames } = await import('../store/watch-names.ts')
    const config = await openConfig(io)
    const sql = await openDatabase(config)
    try {
      const known = await watchNames(sql, config)
      const asked = args.text('watch-name')
      if (asked !== undefined) requireKnown('watch', asked, known)
      const found = await findByGroupKey(sql, groupKey, asked === undefined ? known : [asked])
      if (found.length > 1) throw severalWatches(groupKey, found.map((one) => one.watchName))
      const watchName = found[0]?.watchName ?? asked ?? ''
      const end = await store.release(sql, { watchName, groupKey }, { now: clock.now(), actor: io.actor })
      if (end.is !== 'released') throw new Fault(`the group "${showText(groupKey)}" ${refusals[end.is]}`)
      const what = `${end.members} component(s) will be archived at the next pass`
      io.out(`Released ${showText(groupKey)} [${showText(watchName)}]: ${what}.\n`)
      return exit.ok
    } finally {
      await sql.close()
    }
  },
})

const refusals: Readonly<Record<Exclude<Release['is'], 'released'>, string>> = {
  unknown: 'is not in the ledger',
  complete: 'is complete: nothing holds it back; "carbonation explain" says how it stands',
  empty: 'has no member that could be archived; "carbonation explain" says why',
}

const severalWatches = (groupKey: string, names: readonly string[]): Fault =>
  new Fault(`several watches have a group "${showText(groupKey)}": ${names.map(showText).join(', ')}`, {
    remedy: 'say which one is meant with --watch-name',
  })
