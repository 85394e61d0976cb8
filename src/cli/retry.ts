import { command, exit, UsageFault } from './command.ts'
import { requireGroup } from './known-group.ts'
import { oneOf, requireKnown } from './known-name.ts'

/** What failed is tried again, as a person's decision. */
export const retry = command({
  usage: 'retry',
  summary: 'Try failed components again',
  options: {
    '--watch-name <name>': 'Only of this watch',
    '--group-key <key>': 'Only of this group',
    '--status <status>': 'failed (default), integrity_failed, timed_out or not_selected',
  },
  async run(args, io) {
    const { requeue, retried } = await import('../store/requeue.ts')
    const statuses = Object.keys(retried) as (keyof typeof retried)[]
    const status = oneOf('--status', args.text('status') ?? 'failed', statuses, (message) => new UsageFault(message))
    const [watchName, groupKey] = [args.text('watch-name') ?? null, args.text('group-key') ?? null]
    const { clock, openConfig, openDatabase } = await import('../compose.ts')
    const { watchNames } = await import('../store/watch-names.ts')
    const config = await openConfig(io)
    const sql = await openDatabase(config)
    try {
      const names = await watchNames(sql, config)
      if (watchName !== null) requireKnown('watch', watchName, names)
      if (groupKey !== null) await requireGroup(sql, groupKey, watchName === null ? names : [watchName])
      const { components, gone } = await requeue(sql, { watchName, groupKey, status }, { now: clock.now(), actor: io.actor })
      io.out(`Re-enqueued ${components} component(s) for retry.\n`)
      if (gone > 0) io.err(`${gone} more are ${status}, but their files are not in the delivery any more: deliver them again\n`)
      return exit.ok
    } finally {
      await sql.close()
    }
  },
})
