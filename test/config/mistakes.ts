import { expect } from 'bun:test'
import type { Config } from '../../src/config/config.ts'
import { parseConfig } from '../../src/config/parse-config.ts'
import { parseRules } from '../../src/config/parse-rules.ts'
import { plainConfig } from '../../src/config/plain-config.ts'
import { plainRules } from '../../src/config/plain-rules.ts'
import { ConfigFault } from '../../src/config/problem.ts'
import type { Rules } from '../../src/config/rules.ts'
import { parseToml } from '../../src/config/toml.ts'

/** What is printed for what `work` throws; `''` where it throws nothing. Anything but a ConfigFault is thrown on. */
export const printed = (work: () => unknown): string => {
  try {
    work()
    return ''
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error
    return error.message
  }
}

/** Read with and without the schema library: both must come to the same. */
export const configOf = (text: string, secrets: string | null = null): Config => {
  const source = { name: 'config.toml', path: '/etc/carbonation/config.toml', text }
  const credentials = secrets === null ? null : { name: 'secrets.toml', text: secrets }
  const plain = orNull(() => plainConfig(source, parseToml(source), credentials))
  const config = orNull(() => parseConfig(source, credentials))
  expect(plain).toEqual(config)
  return config ?? parseConfig(source, credentials)
}

const orNull = <Value>(work: () => Value): Value | null => {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error
    return null
  }
}

/** Likewise. */
export const rulesOf = (text: string): Rules => {
  const source = { name: 'rules.toml', text }
  const plain = orNull(() => plainRules(parseToml(source)))
  const rules = orNull(() => parseRules(source))
  expect(plain).toEqual(rules)
  return rules ?? parseRules(source)
}

/** One watch and one archive: the least that a config must have. Appended, so that lines count from the text above. */
export const rest = `
[[watch]]
name = "in"
path = "in"
rules = "r"
archive = "out"
[[archive]]
name = "out"
base_path = "out"
destination = "{category}"
`

/** Expects exactly these lines for a config that begins with `text`. */
export const expectConfigMistakes = (text: string, ...lines: string[]) =>
  expect(printed(() => configOf(`${text}\n${rest}`)).split('\n')).toEqual(lines)

export const expectRulesMistakes = (text: string, ...lines: string[]) =>
  expect(printed(() => rulesOf(text)).split('\n')).toEqual(lines)
