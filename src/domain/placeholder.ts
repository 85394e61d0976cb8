import { plainText, type Conversion, type Mistake } from './conversion.ts'
import { compileFormatSpec } from './format-spec.ts'
import { compileStrftime } from './strftime.ts'

/** What stands between braces: which value, and how it becomes text. */
export type Placeholder = { readonly key: string; readonly convert: Conversion }

/** Reads `category`, `start:%Y%m%d`, `n:05d`. */
export const parsePlaceholder = (body: string): Placeholder | Mistake => {
  const colon = body.indexOf(':')
  const key = colon < 0 ? body : body.slice(0, colon)
  const wrong = wrongWithKey(key)
  if (wrong !== null) return wrong
  const convert = compileConversion(colon < 0 ? '' : body.slice(colon + 1))
  return typeof convert === 'function' ? { key, convert } : { ...convert, at: convert.at + colon + 1 }
}

/** Nothing, strftime, or Python's format specification. */
const compileConversion = (spec: string): Conversion | Mistake => {
  if (spec === '') return plainText
  return spec.includes('%') ? compileStrftime(spec) : compileFormatSpec(spec)
}

const example = 'write such as {category}'

const wrongWithKey = (key: string): Mistake | null => {
  if (key === '') return { at: 0, message: 'a placeholder has no name', remedy: example }
  const isNumber = /^\d+$/.test(key)
  if (isNumber) return { at: 0, message: `{${key}} counts values, which have names`, remedy: example }
  const odd = key.search(/[.[\]!\s]/)
  if (odd < 0) return null
  const name = /^[^.[\]!\s]*/.exec(key.trim())?.[0] ?? ''
  return { at: odd, message: oddness(key.slice(odd)), remedy: name === '' ? example : `write {${name}}` }
}

/** What Python would do with this, or why it is nothing. */
const oddness = (rest: string): string => {
  if (rest.startsWith('!')) return `${rest} is Python's way to print a value, which a path has no use for`
  if (/^\s/.test(rest)) return 'a name has a blank in it'
  return `a placeholder takes a whole value, not a part of it (${rest})`
}
