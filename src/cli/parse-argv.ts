import { cac } from 'cac'
import { nearest } from '../config/nearest.ts'
import { commandHelp, helpOf } from './command-help.ts'
import { UsageFault, type Args, type Command } from './command.ts'

/** What was asked for. */
export type Asked =
  | { readonly is: 'help'; readonly text: string }
  | { readonly is: 'version' }
  | { readonly is: 'run'; readonly command: Command; readonly args: Args; readonly configPath: string }

/** Finds the command and its arguments. Values are taken from the words as typed, since cac makes numbers of digits. */
export const parseArgv = (argv: readonly string[], commands: readonly Command[]): Asked => {
  const { rest, configPath } = takeConfig(argv)
  if (rest[0] === '--version' || rest[0] === '-v') return { is: 'version' }
  const words = wordsOf(rest, commands)
  const command = words === null ? undefined : commandNamed(words, commands)
  if (command === undefined) {
    if (rest.length === 0 || rest[0] === '--help' || rest[0] === '-h') return { is: 'help', text: overview(commands) }
    throw unknownCommand(rest, commands)
  }
  const own = rest.slice(words?.split(' ').length ?? 0)
  const asksHelp = own.includes('--help') || own.includes('-h')
  if (asksHelp && !command.dynamicOptions && !passesRestOn(command)) return { is: 'help', text: commandHelp(command) }
  if (own[0] === '--help' && passesRestOn(command)) return { is: 'help', text: commandHelp(command) }
  return { is: 'run', command, args: parseOwn(command, own), configPath }
}

/** `-c FILE` may stand before or after the command; what follows the script of `exec` is the script's own. */
const takeConfig = (argv: readonly string[]): { rest: string[]; configPath: string } => {
  const rest: string[] = []
  let configPath = 'config.toml'
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? ''
    if (word === '--' || (rest[0] === 'exec' && rest.length === 2)) return { rest: [...rest, ...argv.slice(at)], configPath }
    if (word === '-c' || word === '--config') {
      const value = argv[(at += 1)]
      if (value === undefined) throw new UsageFault(`${word} needs the path of a config file`)
      configPath = value
    } else if (word.startsWith('--config=')) configPath = word.slice('--config='.length)
    else rest.push(word)
  }
  return { rest, configPath }
}

const nameOf = (command: Command): string => command.usage.split(/ [[<]/)[0] ?? command.usage

const commandNamed = (words: string, commands: readonly Command[]): Command | undefined =>
  commands.find((one) => nameOf(one) === words || one.aliases?.includes(words))

/** The longest run of leading words that names a command. */
const wordsOf = (argv: readonly string[], commands: readonly Command[]): string | null => {
  for (const count of [2, 1]) {
    const words = argv.slice(0, count).join(' ')
    if (argv.length >= count && commandNamed(words, commands) !== undefined) return words
  }
  return null
}

const unknownCommand = (argv: readonly string[], commands: readonly Command[]): UsageFault => {
  const words = argv.filter((word) => !word.startsWith('-')).slice(0, 2)
  const names = commands.map(nameOf)
  const inGroup = names.filter((name) => name.startsWith(`${words[0]} `))
  if (inGroup.length > 0) {
    return new UsageFault(`"${words[0]}" needs one of: ${inGroup.map((name) => name.split(' ')[1]).join(', ')}`)
  }
  const asked = words.join(' ') || (argv[0] ?? '')
  const near = nearest(asked, names) ?? nearest(words[0] ?? '', names)
  return new UsageFault(`"${asked}" is not a command${near ? `; did you mean "${near}"?` : ''}`, {
    remedy: '"carbonation --help" lists them',
  })
}

/** The options of a command by their bare names. */
const optionsOf = (command: Command): { name: string; spec: string; takesValue: boolean; repeats: boolean }[] =>
  Object.keys(command.options ?? {}).map((spec) => {
    const [, name = ''] = /^--([\w-]+)/.exec(spec) ?? []
    return { name, spec, takesValue: spec.includes('<'), repeats: spec.includes('…') }
  })

const parseOwn = (command: Command, words: readonly string[]): Args => {
  const options = optionsOf(command)
  const values = new Map<string, (string | true)[]>()
  const others = new Map<string, (string | true)[]>()
  const positional: string[] = []
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    if (word === '--') {
      positional.push(...words.slice(at + 1))
      break
    }
    if (!word.startsWith('-') || word === '-') {
      positional.push(word)
      if (passesRestOn(command)) {
        positional.push(...words.slice(at + 1))
        break
      }
      continue
    }
    const [, name = word, , inline] = /^--?([^=]+)(=([\s\S]*))?$/.exec(word) ?? []
    const option = options.find((one) => one.name === name)
    if (option === undefined && !command.dynamicOptions) throw unknownOption(word, command, options)
    const next = words[at + 1]
    const takesNext = option?.takesValue ?? (inline === undefined && !name.startsWith('no-') && next !== undefined && !next.startsWith('--'))
    let value: string | true = true
    if (inline !== undefined) value = inline
    else if (takesNext) {
      if (next === undefined) throw new UsageFault(`--${name} needs a value`)
      value = next
      at += 1
    }
    if (option !== undefined && !option.takesValue && inline !== undefined) throw new UsageFault(`--${name} takes no value`)
    const target = option === undefined ? others : values
    target.set(name, [...(target.get(name) ?? []), value])
  }
  checkPositional(command, positional)
  for (const option of options) {
    if (!option.repeats && (values.get(option.name)?.length ?? 0) > 1) throw new UsageFault(`--${option.name} may be given once`)
  }
  return {
    positional,
    others,
    flag: (name) => values.has(name),
    text: (name) => values.get(name)?.find((one) => typeof one === 'string'),
    list: (name) => (values.get(name) ?? []).filter((one) => typeof one === 'string'),
  }
}

/** `exec SCRIPT [args…]`: what follows the script is the script's own. */
const passesRestOn = (command: Command): boolean => command.usage.includes('[args…]')

const unknownOption = (word: string, command: Command, options: readonly { name: string }[]): UsageFault => {
  const near = nearest(word.replace(/^-+/, '').split('=')[0] ?? '', options.map((one) => one.name))
  return new UsageFault(`"${nameOf(command)}" has no option ${word}${near ? `; did you mean --${near}?` : ''}`, {
    remedy: `"carbonation ${nameOf(command)} --help" lists them`,
  })
}

const checkPositional = (command: Command, given: readonly string[]): void => {
  const wanted = [...command.usage.matchAll(/<([^>]+)>/g)].map((match) => match[1] ?? '')
  const optional = (command.usage.match(/\[/g) ?? []).length
  const many = command.usage.includes('…')
  if (given.length < wanted.length) throw new UsageFault(`"${nameOf(command)}" needs <${wanted[given.length]}>`)
  if (!many && given.length > wanted.length + optional) {
    throw new UsageFault(`"${nameOf(command)}" does not take "${given[wanted.length + optional]}"`)
  }
}

/** cac draws the help. */
const overview = (commands: readonly Command[]): string => {
  const cli = cac('carbonation')
  for (const one of commands) cli.command(one.usage, one.summary)
  return helpOf(cli, (drawn) => drawn.globalCommand.option('-c, --config <file>', 'Path of config.toml (default: ./config.toml)'))
}
