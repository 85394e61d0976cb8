import { expect } from 'bun:test'
import type { Config } from '../../src/config/config.ts'
import { parseConfig } from '../../src/config/parse-config.ts'
import { parseRules } from '../../src/config/parse-rules.ts'
import { plainConfig } from '../../src/config/plain-config.ts'
import { ConfigFault } from '../../src/config/problem.ts'

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
  const plain = orNull(() => plainConfig(source, credentials))
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

export const rulesOf = (text: string) => parseRules({ name: 'rules.toml', text })

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
