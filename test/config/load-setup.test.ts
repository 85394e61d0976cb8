import { describe, expect, test } from 'bun:test'
import { loadConfig } from '../../src/config/load-config.ts'
import { loadRules } from '../../src/config/load-rules.ts'
import { loadSetup, reloadRules } from '../../src/config/load-setup.ts'
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

test('the rules are read from where the config says, and called as seen from there', () => {
  const config = { file: '/etc/c/config.toml', rulesFile: '/etc/c/sub/rules.toml' }
  expect(Object.keys(loadRules(filesOf({ '/etc/c/sub/rules.toml': '[r]' }), config))).toEqual(['r'])
  expect(printed(() => loadRules(filesOf({ '/etc/c/sub/rules.toml': '[r]\nx = 1' }), config))).toBe(
    'sub/rules.toml:2  r.x is not a key carbonation knows',
  )
  const elsewhere = { file: '/etc/c/config.toml', rulesFile: '/srv/rules.toml' }
  expect(printed(() => loadRules(filesOf({ '/srv/rules.toml': 'x = 1' }), elsewhere))).toBe(
    '/srv/rules.toml:1  x must be a rule set, begun with [x], was 1',
  )
})

describe('config and rules together', () => {
  test('are given with their warnings', () => {
    const files = filesOf({ '/etc/c/config.toml': `${rest}action = "symlink"`, '/etc/c/rules.toml': '[r]' })
    const setup = loadSetup(files, place)
    expect([setup.config.file, Object.keys(setup.rules), setup.warnings.length]).toEqual([
      '/etc/c/config.toml',
      ['r'],
      1,
    ])
  })

  test('have the mistakes of all files told at once', () => {
    const files = filesOf(
      {
        '/etc/c/config.toml': `[rules]\nfile = "r.toml"\n[service]\nworkers = 0\n${rest}`,
        '/etc/c/r.toml': '[r]\nx = 1',
        [secretsPath]: '',
      },
      { [secretsPath]: 0o666 },
    )
    expect(printed(() => loadSetup(files, place)).split('\n')).toEqual([
      'c/config.toml:4  service.workers must be a whole number from 1 to 256, was 0',
      'r.toml:2  r.x is not a key carbonation knows',
      '~/.config/carbonation/secrets.toml:1  others can open this file (mode 0666); ' +
        'make it yours alone: chmod 600 ~/.config/carbonation/secrets.toml',
    ])
  })

  test('name the line of the config that leads to rules which are not there', () => {
    const files = filesOf({ '/etc/c/config.toml': `[rules]\nfile = "r.toml"\n${rest}` })
    expect(printed(() => loadSetup(files, place))).toBe(
      'c/config.toml:2  rules.file: /etc/c/r.toml does not exist; run carbonation init',
    )
  })

  test('that do not fit are refused', () => {
    const files = filesOf({ '/etc/c/config.toml': rest, '/etc/c/rules.toml': '[other]' })
    expect(printed(() => loadSetup(files, place))).toBe(
      'c/config.toml:5  watch[0].rules names the rule set "r", which does not exist in rules.toml',
    )
  })
})

describe('rules that are read again', () => {
  const before = loadSetup(filesOf({ '/etc/c/config.toml': rest, '/etc/c/rules.toml': '[r]' }), place)

  test('take the place of the old ones under the same config', () => {
    const after = reloadRules(filesOf({ '/etc/c/rules.toml': '[r]\narchive = "out"' }), before, false)
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
  ])('are refused where they are wrong or do not fit: %j', (text, message) => {
    expect(printed(() => reloadRules(filesOf({ '/etc/c/rules.toml': text }), before, false))).toBe(message)
  })

  test('and are gone name where they were expected', () => {
    expect(printed(() => reloadRules(filesOf({}), before, false))).toBe(
      'c/config.toml:1  rules.file: /etc/c/rules.toml does not exist; run carbonation init',
    )
  })
})
