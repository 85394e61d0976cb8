import type { Mistake } from './conversion.ts'
import { Fault } from './fault.ts'
import type { Path } from './path.ts'
import { parsePlaceholder, type Placeholder } from './placeholder.ts'
import { showText } from './show.ts'

/** A destination template that was read: literal text and placeholders, in order. */
export type Template = { readonly text: string; readonly parts: readonly (string | Placeholder)[] }

/** Reads `{category}/{start:%Y%m%d}`, `{n:05d}`, `{{` for a brace. A mistake is a Fault that says where it
 *  stands, counted in characters from 1. */
export const parseTemplate = (text: string): Template => {
  refuseBadText(text)
  const parts: (string | Placeholder)[] = []
  let literal = ''
  for (let at = 0; at < text.length; ) {
    const one = text.charAt(at)
    const isBrace = one === '{' || one === '}'
    if (!isBrace || text.charAt(at + 1) === one) {
      literal += one
      at += isBrace ? 2 : 1
      continue
    }
    const end = endOf(text, at)
    const placeholder = parsePlaceholder(text.slice(at + 1, end))
    if ('message' in placeholder) throw mistake(text, { ...placeholder, at: placeholder.at + at + 1 })
    if (literal !== '') parts.push(literal)
    parts.push(placeholder)
    literal = ''
    at = end + 1
  }
  return { text, parts: literal === '' ? parts : [...parts, literal] }
}

/** The directory that the template names for these values: relative, or absolute where its own text begins
 *  with `/`; without `//`, `.` or a slash at its end. A key that is missing, or a value that would lead
 *  elsewhere or nowhere, is a Fault. */
export const renderTemplate = (template: Template, values: Readonly<Record<string, unknown>>): Path => {
  const rendered = template.parts
    .map((part) => (typeof part === 'string' ? part : textFor(part, template, values)))
    .join('')
  const path = normalised(rendered)
  const [, , forbidden] = /(^|\/)(\.\.|\.carbonation)(?=\/|$)/i.exec(path) ?? []
  if (forbidden === undefined) return path
  throw refusal(template, `gives ${quoted(rendered)}, which has "${forbidden}" in it`)
}

/** The directory before the first placeholder: nothing that the template gives lies outside. `''` where it
 *  begins with one; all of a template that has none. */
export const literalPrefix = ({ parts }: Template): Path => {
  const [first = ''] = parts
  if (typeof first !== 'string') return ''
  return normalised(parts.length === 1 ? first : first.slice(0, first.lastIndexOf('/') + 1))
}

/** The names of its placeholders, each once, in order. */
export const templateKeys = ({ parts }: Template): readonly string[] => [
  ...new Set(parts.flatMap((part) => (typeof part === 'string' ? [] : [part.key]))),
]

/** What can be seen before any value is known. */
const refuseBadText = (text: string): void => {
  const remedy = 'remove it'
  const control = text.search(/[\u0000-\u001f\u007f]/)
  if (control >= 0) throw mistake(text, { at: control, message: 'a control character', remedy })
  const dots = text.search(/(?<=^|\/)\.\.(?=\/|$)/)
  if (dots >= 0) throw mistake(text, { at: dots, message: '".." leads out of the archive', remedy })
}

/** Where the placeholder ends that begins here. */
const endOf = (text: string, open: number): number => {
  const wrong = (at: number, message: string, remedy: string) => mistake(text, { at, message, remedy })
  if (text.charAt(open) === '}') throw wrong(open, 'this } closes nothing', 'write }} for a brace')
  const end = text.indexOf('}', open)
  const nested = text.indexOf('{', open + 1)
  if (end < 0) throw wrong(open, 'this { is never closed', 'write {{ for a brace')
  if (nested >= 0 && nested < end) throw wrong(nested, 'a { inside a placeholder', 'close the one before it')
  return end
}

const textFor = (
  { key, convert }: Placeholder, template: Template, values: Readonly<Record<string, unknown>>,
): string => {
  const value = Object.hasOwn(values, key) ? values[key] : undefined
  if (value === undefined) {
    const known = Object.keys(values).filter((one) => values[one] !== undefined)
    const remedy = `there are: ${known.join(', ') || 'none'}`
    throw refusal(template, `needs "${key}", which is not among the values`, remedy)
  }
  if (value === null || value === '') {
    throw refusal(template, `needs "${key}", which is ${value === null ? 'null' : 'empty'}`)
  }
  const converted = convert(value)
  const wrong = 'refused' in converted ? converted.refused : wrongWith(converted.text)
  if ('text' in converted && wrong === null) return converted.text
  const shown = typeof value === 'string' ? ` (${quoted(value)})` : ''
  throw refusal(template, `needs "${key}", whose value${shown} ${wrong}`)
}

/** Why this text is no directory below another one; null where it is. A lone surrogate is a byte of a name,
 *  or nothing that a name can have. */
const wrongWith = (text: string): string | null => {
  if (/^\w+$/.test(text)) return null
  if (text.trim() === '') return 'is empty'
  if (/[\u0000-\u001f\u007f\ud800-\udc7f\udd00-\udfff]/u.test(text)) return 'has a control character in it'
  if (text.startsWith('/')) return 'is absolute'
  const segments = text.split('/')
  if (segments.includes('..')) return 'has ".." in it'
  return segments.every((segment) => segment === '' || segment === '.') ? 'names no directory' : null
}

const normalised = (text: string): Path => {
  if (/^[\w/-]*\w$/.test(text) && !text.includes('//')) return text
  const segments = text.split('/').filter((one) => one !== '' && one !== '.')
  return (text.startsWith('/') ? '/' : '') + segments.join('/')
}

const quoted = (text: string): string => `"${showText(text.length > 80 ? `${text.slice(0, 80)}…` : text)}"`

const refusal = (
  { text }: Template, what: string, remedy = 'let extract give a usable value, or change destination',
): Fault => new Fault(`destination template ${quoted(text)} ${what}`, { remedy })

const mistake = (text: string, { at, message, remedy }: Mistake): Fault =>
  new Fault(`destination template ${quoted(text)} is wrong at character ${at + 1}: ${message}`, { remedy })
