import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { checkTogether } from '../../src/config/check-together.ts'
import { ConfigFault, showProblem } from '../../src/config/problem.ts'
import { indexLines } from '../../src/config/toml-lines.ts'
import { configOf, rulesOf } from './mistakes.ts'

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')

const rounds = Number(process.env.ROUNDS ?? 500)
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32))
process.stderr.write(`mutations of config and rules: SEED=${seed}\n`)

/** mulberry32: the same numbers for the same seed. */
const numbersFrom = (start: number) => {
  let state = start >>> 0
  return (below: number): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const shards = [
  '"',
  "'",
  '[',
  ']',
  '[[',
  ']]',
  '{',
  '}',
  '=',
  '.',
  ',',
  '\n',
  '#',
  '\\',
  '"\\UFFFFFFFF"',
  '"\\ud800"',
  '"""',
  "'''",
  '0',
  '-1',
  'nan',
  '0x',
  '1e9',
  'true',
  '07:08:09',
  '2026-01-01',
  '[]',
  '{}',
  '""',
  '\0',
  '\ud800',
  '🜁',
  '\ufeff',
  '\r',
  '*',
  '(',
  '(?x)',
  '__proto__',
  'constructor',
  'prototype',
  '99999999999999999999',
  '[[watch]]',
  '[service]',
  '[[my-rules.selection]]',
  'field = []',
]

/** A few cuts, copies, moves and strange insertions. */
const mutate = (text: string, next: (below: number) => number): string => {
  let changed = text
  for (let times = next(3) + 1; times > 0; times--) {
    const at = next(changed.length + 1)
    const until = at + next(12)
    const shard = shards[next(shards.length)] ?? ''
    const kind = next(6)
    if (kind === 0) changed = changed.slice(0, at) + shard + changed.slice(at)
    else if (kind === 1) changed = changed.slice(0, at) + changed.slice(until)
    else if (kind === 2) changed = changed.slice(0, at) + shard + changed.slice(until)
    else changed = mutateLine(changed, next, shard)
  }
  return changed
}

const mutateLine = (text: string, next: (below: number) => number, shard: string): string => {
  const lines = text.split('\n')
  const at = next(lines.length)
  const [key] = (lines[at] ?? '').split(' = ')
  lines.splice(at, 1, ...[`${key} = ${shard}`, lines[next(lines.length)] ?? ''].slice(0, next(3)))
  return lines.join('\n')
}

const answer = <Value>(work: () => Value): Value | null => {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error
    expect(error.problems.length).toBeGreaterThan(0)
    for (const problem of error.problems) {
      expect(problem.line).toBeGreaterThan(0)
      expect(showProblem(problem)).not.toMatch(/\n|undefined|\[object|Symbol|must be removed/)
    }
    return null
  }
}

test(`a mutated config or rules file gives what it says or a ConfigFault, never anything else (SEED=${seed})`, () => {
  const next = numbersFrom(seed)
  const configs = [fixture('python-0.0.1-config.toml'), fixture('python-0.0.1-every-key.toml')]
  const ruleFiles = [fixture('python-0.0.1-rules.toml'), fixture('every-rule.toml')]
  let read = 0
  for (let round = 0; round < rounds; round++) {
    const base = configs[round % 3 === 0 ? 1 : 0] ?? ''
    const configText = round % 2 === 0 ? mutate(base, next) : base
    const rules = ruleFiles[round % 4 === 1 ? 1 : 0] ?? ''
    const rulesText = round % 2 === 0 ? rules : mutate(rules, next)
    const secrets = round % 5 === 0 ? mutate('[database]\nname = "x"\n', next) : null
    const config = answer(() => configOf(configText, secrets))
    const ruleSets = answer(() => rulesOf(rulesText))
    if (config === null || ruleSets === null) continue
    read++
    const places = {
      config: { name: 'config.toml', ...indexLines(configText) },
      rules: { name: 'rules.toml', ...indexLines(rulesText) },
    }
    checkTogether(config, ruleSets, places, false)
  }
  // Some must be harmless, or the mutations are too coarse to reach what lies behind the parser.
  expect(read).toBeGreaterThan(rounds / 50)
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  expect(Object.keys(Object.prototype)).toEqual([])
}, 5000 + 10 * rounds)
