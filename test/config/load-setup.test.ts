import { describe, expect, test } from 'bun:test'
import { loadConfig } from '../../src/config/load-config.ts'
import { loadPlainConfig } from '../../src/config/load-plain-config.ts'
import { loadPlainSetup, reloadPlainRules } from '../../src/config/load-plain-setup.ts'
import { loadSetup, reloadRules } from '../../src/config/load-setup.ts'
import { parseRules } from '../../src/config/parse-rules.ts'
import { ConfigFault } from '../../src/config/problem.ts'
import { rulesSource } from '../../src/config/rules-source.ts'
import type { Setup } from '../../src/config/setup.ts'
import { Fault } from '../../src/domain/fault.ts'
import { printed, rest } from './mistakes.ts'

/** Files as a literal; `modes` where they are not 0600. */
const filesOf = (texts: Record<string, string>, modes: Record<string, number> = {}) => ({
  readText(path: string): string {
    const text = texts[path]
    if (text === undefined) throw new Fault(`${path} does not exist`, { remedy: 'run carbonation init' })
    return text
  },
  modeOf: (path: string) => (path in texts ? (modes[path] ?? 0o600) : null),
})

const place = { path: '/etc/c/config.toml', name: 'c/config.toml', home: '/home/u', asRoot: false }
const secretsPath = '/home/u/.config/carbonation/secrets.toml'

describe('the config', () => {
  test('is read with the credentials of the home directory', () => {
    const files = filesOf({ '/etc/c/config.toml': rest, [secretsPath]: '[database]\npassword = "p"' })
    expect(loadConfig(files, place).database.password).toBe('p')
    expect(loadConfig(files, { ...place, home: null }).database.password).toBeNull()
    expect(loadConfig(files, { ...place, home: '/home/other' }).database.password).toBeNull()
  })

  describe('with a password file', () => {
    const database = (keys: string) => `[database]\ndrivername = "mariadb"\nname = "d"\n${keys}\n${rest}`
    const loaded = async (texts: Record<string, string>, modes: Record<string, number> = {}) => {
      const files = filesOf({ '/etc/c/rules.toml': '[r]', ...texts }, modes)
      const setup = await load(files)
      const config = await loadPlainConfig(files, place).catch((error: unknown) => printed(() => { throw error }))
      if (typeof setup === 'string') return [setup, config]
      expect(config).toEqual(setup.config)
      return setup.config.database.password
    }
    const word = { '/etc/c/word': 'first line\nsecond' }

    test('it has its first line as password', async () => {
      expect(await loaded({ '/etc/c/config.toml': database('password_file = "word"'), ...word })).toBe('first line')
    })

    test('it goes before a password of the home directory', async () => {
      const secrets = { [secretsPath]: '[database]\npassword = "p"' }
      expect(await loaded({ '/etc/c/config.toml': database('password_file = "word"'), ...secrets, ...word })).toBe('first line')
    })

    test.each([
      ['password_file = "none"', {}, 'password_file names /etc/c/none, which is not there'],
      ['password_file = "word"', { '/etc/c/word': 0o640 }, 'password_file can be opened by others; make it yours alone: chmod 600 /etc/c/word'],
      ['password_file = "word"\npassword = "p"', {}, 'password_file is set, and so is password; keep one of them'],
    ])('it is refused: %j %j', async (keys, modes, message) => {
      const told = `c/config.toml:4  database.${message}`
      expect(await loaded({ '/etc/c/config.toml': database(keys), ...word }, modes)).toEqual([told, told])
    })
  })

  test('that does not exist is the fault that reading gave', () => {
    expect(() => loadConfig(filesOf({}), place)).toThrow(new Fault('/etc/c/config.toml does not exist'))
  })

  test.each([
    [0o644, '0644'],
    [0o640, '0640'],
    [0o602, '0602'],
  ])('with a secrets file that others can open (%o) is refused', (mode, shown) => {
    const files = filesOf({ '/etc/c/config.toml': rest, [secretsPath]: 'password' }, { [secretsPath]: mode })
    expect(printed(() => loadConfig(files, place))).toBe(
      `~/.config/carbonation/secrets.toml:1  others can open this file (mode ${shown}); ` +
        'make it yours alone: chmod 600 ~/.config/carbonation/secrets.toml',
    )
  })

  test('is called in mistakes as the user called it', () => {
    const files = filesOf({ '/etc/c/config.toml': `[service]\nworkers = 0\n${rest}` })
    expect(printed(() => loadConfig(files, place))).toBe(
      'c/config.toml:2  service.workers must be a whole number from 1 to 256, was 0',
    )
  })
})

test('the rules are called as seen from the directory of the config', () => {
  const rules = (path: string, text: string) => parseRules(rulesSource(filesOf({ [path]: text }), '/etc/c/config.toml', path))
  expect(Object.keys(rules('/etc/c/sub/rules.toml', '[r]'))).toEqual(['r'])
  expect(printed(() => rules('/etc/c/sub/rules.toml', '[r]\nx = 1'))).toBe(
    'sub/rules.toml:2  r.x is not a key carbonation knows',
  )
  expect(printed(() => rules('/srv/rules.toml', 'x = 1'))).toBe(
    '/srv/rules.toml:1  x must be a rule set, begun with [x], was 1',
  )
})

/** What `work` gives, or what is printed for the ConfigFault that it throws. */
const end = async (work: () => Setup | Promise<Setup>): Promise<Setup | string> => {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error
    return error.message
  }
}

/** Without the function that no two have in common. */
const comparable = (one: Setup | string) => (typeof one === 'string' ? one : { ...one, configPlaces: one.configPlaces.name })

/** Loaded with and without the schema library: both must come to the same. */
const load = async (files: ReturnType<typeof filesOf>) => {
  const plain = await end(() => loadPlainSetup(files, place))
  expect(comparable(plain)).toEqual(comparable(await end(() => loadSetup(files, place))))
  return plain
}

/** Likewise. */
const reload = async (files: ReturnType<typeof filesOf>, before: Setup) => {
  const plain = await end(() => reloadPlainRules(files, before, false))
  expect(comparable(plain)).toEqual(comparable(await end(() => reloadRules(files, before, false))))
  return plain
}

describe('config and rules together', () => {
  test('are given with their warnings', async () => {
    const files = filesOf({ '/etc/c/config.toml': `${rest}action = "symlink"`, '/etc/c/rules.toml': '[r]' })
    expect(await load(files)).toMatchObject({ config: { file: '/etc/c/config.toml' }, rules: { r: {} }, warnings: [{}] })
  })

  test('have the mistakes of all files told at once', async () => {
    const files = filesOf(
      {
        '/etc/c/config.toml': `[rules]\nfile = "r.toml"\n[service]\nworkers = 0\n${rest}`,
        '/etc/c/r.toml': '[r]\nx = 1',
        [secretsPath]: '',
      },
      { [secretsPath]: 0o666 },
    )
    expect(await load(files)).toBe([
      'c/config.toml:4  service.workers must be a whole number from 1 to 256, was 0',
      'r.toml:2  r.x is not a key carbonation knows',
      '~/.config/carbonation/secrets.toml:1  others can open this file (mode 0666); ' +
        'make it yours alone: chmod 600 ~/.config/carbonation/secrets.toml',
    ].join('\n'))
  })

  test('name the line of the config that leads to rules which are not there', async () => {
    const files = filesOf({ '/etc/c/config.toml': `[rules]\nfile = "r.toml"\n${rest}` })
    expect(await load(files)).toBe(
      'c/config.toml:2  rules.file: /etc/c/r.toml does not exist; run carbonation init',
    )
  })

  test('that do not fit are refused', async () => {
    const files = filesOf({ '/etc/c/config.toml': rest, '/etc/c/rules.toml': '[other]' })
    expect(await load(files)).toBe(
      'c/config.toml:5  watch[0].rules names the rule set "r", which does not exist in rules.toml',
    )
  })
})

describe('rules that are read again', () => {
  const before = loadSetup(filesOf({ '/etc/c/config.toml': rest, '/etc/c/rules.toml': '[r]' }), place)

  test('take the place of the old ones under the same config', async () => {
    const after = await reload(filesOf({ '/etc/c/rules.toml': '[r]\narchive = "out"' }), before)
    if (typeof after === 'string') throw new Error(after)
    expect(after.config).toBe(before.config)
    expect(after.rules.r?.archive).toBe('out')
    expect(after.rules.r?.digest).not.toBe(before.rules.r?.digest)
  })

  test.each([
    ['[r]\nx = 1', 'rules.toml:2  r.x is not a key carbonation knows'],
    ['[other]', 'c/config.toml:5  watch[0].rules names the rule set "r", which does not exist in rules.toml'],
    [
      '[r]\n[[r.routing]]\nmatch = "*"\narchive = "gone"',
      'rules.toml:4  r.routing[0].archive names the archive "gone", which does not exist in c/config.toml',
    ],
  ])('are refused where they are wrong or do not fit: %j', async (text, message) => {
    expect(await reload(filesOf({ '/etc/c/rules.toml': text }), before)).toBe(message)
  })

  test('and are gone name where they were expected', async () => {
    expect(await reload(filesOf({}), before)).toBe(
      'c/config.toml:1  rules.file: /etc/c/rules.toml does not exist; run carbonation init',
    )
  })
})
