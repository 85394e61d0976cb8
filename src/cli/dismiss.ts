import { command, exit, UsageFault } from './command.ts'
import { requireGroup } from './known-group.ts'
import { oneOf, requireKnown } from './known-name.ts'

/** Groups leave the alarms and stay in the ledger, as a person's decision. */
export const dismiss = command({
  usage: 'dismiss',
  summary: 'Take groups in trouble off the alarms (not off the ledger), for a reason',
  options: {
    '--watch-name <name>': 'Only of this watch',
    '--group-key <key>': 'Only this group, whatever its status',
    '--status <status>': 'Only groups with a component of this status (default: failed, without --group-key)',
    '--reason <text>': 'Why; kept with the group (required)',
  },
  async run(args, io) {
    const store = await import('../store/dismiss.ts')
    const reason = args.text('reason')?.trim() ?? ''
    if (reason === '') throw new UsageFault('dismiss needs --reason, which is kept with the group')
    const [watchName, groupKey] = [args.text('watch-name') ?? null, args.text('group-key') ?? null]
    const given = args.text('status') ?? (groupKey === null ? 'failed' : null)
    if (watchName === null && groupKey === null && !args.flag('status')) {
      throw new UsageFault('dismiss needs at least one of --watch-name, --group-key and --status')
    }
    const status = given === null ? null : oneOf('--status', given, store.alarming, (message) => new UsageFault(message))
    const { clock, openConfig, openDatabase } = await import('../compose.ts')
    const { watchNames } = await import('../store/watch-names.ts')
    const config = await openConfig(io)
    const sql = await openDatabase(config)
    try {
      const names = await watchNames(sql, config)
      if (watchName !== null) requireKnown('watch', watchName, names)
      if (groupKey !== null) await requireGroup(sql, groupKey, watchName === null ? names : [watchName])
      const end = await store.dismiss(sql, { watchName, groupKey, status }, reason, { now: clock.now(), actor: io.actor })
      io.out(`Dismissed ${end.groups} group(s) with ${end.components} component(s).\n`)
      return exit.ok
    } finally {
      await sql.close()
    }
  },
})
