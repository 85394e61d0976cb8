import { command, exit } from './command.ts'
import { requireKnown } from './known-name.ts'
import { showText } from '../domain/show.ts'

/** The disk that stands at an archive's place now is the archive from here on, as a person's decision. */
export const archiveAccept = command({
  usage: 'archive accept <name>',
  summary: 'Take the disk that stands at an archive\'s place now',
  async run(args, io) {
    const name = args.positional[0] ?? ''
    const { openConfig, openDatabase } = await import('../compose.ts')
    const { acceptArchive } = await import('../store/accept-archive.ts')
    const { archiveStates } = await import('../store/archive-state.ts')
    const config = await openConfig(io)
    const sql = await openDatabase(config)
    try {
      const used = (await archiveStates(sql)).map((one) => one.name)
      requireKnown('archive', name, [...new Set([...config.archives.map((one) => one.name), ...used])])
      const forgotten = await acceptArchive(sql, name)
      io.out(forgotten === null
        ? `Archive ${showText(name)}: no disk was remembered; the next pass takes the one that is there.\n`
        : `Archive ${showText(name)}: the next pass takes the disk that is there (before: ${forgotten}).\n`)
      return exit.ok
    } finally {
      await sql.close()
    }
  },
})
