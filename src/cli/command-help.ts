import { cac, type CAC } from 'cac'
import type { Command } from './command.ts'

/** What `carbonation <command> --help` prints. */
export const commandHelp = (command: Command): string => {
  const cli = cac('carbonation')
  const one = cli.command(command.usage, command.summary)
  for (const [spec, text] of Object.entries(command.options ?? {})) one.option(spec, text)
  cli.matchedCommand = one
  return helpOf(cli, (drawn) => drawn.option('-c, --config <file>', 'Path of config.toml (default: ./config.toml)'))
}

/** cac draws the help, and prints it itself. */
export const helpOf = (cli: CAC, prepare: (cli: CAC) => void): string => {
  prepare(cli)
  const lines: string[] = []
  const { log, info } = console
  const collect = (text: string) => void lines.push(text)
  Object.assign(console, { log: collect, info: collect })
  try {
    cli.help()
    cli.outputHelp()
  } finally {
    Object.assign(console, { log, info })
  }
  return lines.join('\n').replaceAll(' (default: true)', '')
}
