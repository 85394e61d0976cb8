import { kindOf, plainText, type Conversion, type Mistake } from './conversion.ts'

type Spec = {
  readonly fill: string
  readonly align: string | null
  readonly sign: string
  readonly zero: boolean
  readonly width: number
  readonly precision: number | null
  readonly type: string
}

/** A file name has at most 255 bytes, so nothing wider makes sense. */
const widest = 255
const finest = 20

/** The part of Python's format specification that makes sense in a path, with what Python gives for it:
 *  `[[fill]align][+][0][width][.precision][type]` with `<`, `>`, `^` and the types `s d x X o b f`. */
export const compileFormatSpec = (text: string): Conversion | Mistake => {
  const spec = parseSpec(text)
  if (spec === null) return mistake(`"${text}" is not a conversion carbonation knows`)
  if (spec.width > widest) return mistake(`a width of ${spec.width} is more than a name can have`)
  if ((spec.precision ?? 0) > finest) return mistake(`.${spec.precision} is more than ${finest} digits`)
  if (spec.type === 's' && spec.sign !== '') return mistake('text has no sign')
  if (takesWhole(spec) && spec.precision !== null) return mistake(`:${spec.type} has no decimals`)
  return (value) => {
    const isNumber = typeof value === 'number' || typeof value === 'bigint'
    const asText = spec.type === 's' || (spec.type === '' && !isNumber)
    return asText ? textConversion(spec, value) : numberConversion(spec, value)
  }
}

const takesWhole = ({ type }: Spec): boolean => type !== '' && 'dxXob'.includes(type)

const mistake = (message: string): Mistake => ({
  at: 0, message, remedy: 'write such as :05d, :d, :x, :.2f, :>8, :<8, :s, or strftime such as :%Y%m%d',
})

const parseSpec = (text: string): Spec | null => {
  const found = /^(?:(.)?([<>^]))?([+-])?(0)?(\d+)?(?:\.(\d+))?([sdxXobf])?$/su.exec(text)
  if (found === null) return null
  const [, fill, align, sign = '', zero, width = '0', precision, type = ''] = found
  return {
    fill: fill ?? (zero === undefined ? ' ' : '0'),
    align: align ?? null,
    sign,
    zero: zero !== undefined,
    width: Number(width),
    precision: precision === undefined ? null : Number(precision),
    type,
  }
}

const textConversion = (spec: Spec, value: unknown): ReturnType<Conversion> => {
  if (spec.type === 's' && typeof value !== 'string') return { refused: `is ${kindOf(value)}, not text` }
  const plain = plainText(value)
  if ('refused' in plain) return plain
  if (spec.sign !== '') return { refused: `is ${kindOf(value)}, not a number` }
  const cut = spec.precision === null ? plain.text : [...plain.text].slice(0, spec.precision).join('')
  return { text: fit(cut, spec, spec.align ?? '<') }
}

const numberConversion = (spec: Spec, value: unknown): ReturnType<Conversion> => {
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    return { refused: `is ${kindOf(value)}, not a number` }
  }
  const isWhole = typeof value === 'bigint' || Number.isInteger(value)
  if (!isWhole && !Number.isFinite(value)) return { refused: `is ${value}` }
  if (!isWhole && takesWhole(spec)) return { refused: `is ${value}, not a whole number` }
  const isOpen = spec.type === '' && spec.precision !== null
  if (isOpen) return { refused: `is a number; write :.${spec.precision}f` }
  const digits = digitsOf(spec, value)
  const sign = value < 0 ? '-' : spec.sign === '+' ? '+' : ''
  if (spec.zero && spec.align === null) return { text: sign + digits.padStart(spec.width - sign.length, '0') }
  return { text: fit(sign + digits, spec, spec.align ?? '>') }
}

/** The number without its sign. */
const digitsOf = (spec: Spec, value: number | bigint): string => {
  const size = value < 0 ? -value : value
  switch (spec.type) {
    case 'x':
      return BigInt(size).toString(16)
    case 'X':
      return BigInt(size).toString(16).toUpperCase()
    case 'o':
      return BigInt(size).toString(8)
    case 'b':
      return BigInt(size).toString(2)
    case 'd':
      return BigInt(size).toString()
    case 'f':
      return fixed(size, spec.precision ?? 6)
    default:
      return String(size)
  }
}

/** With so many decimals; what lies exactly in the middle goes to the even digit, as in Python. */
const fixed = (size: number | bigint, decimals: number): string => {
  if (typeof size === 'bigint' || size >= 1e21) {
    return decimals === 0 ? BigInt(size).toString() : `${BigInt(size)}.${'0'.repeat(decimals)}`
  }
  const exact = size.toFixed(100)
  const end = exact.indexOf('.') + 1 + decimals
  const kept = decimals === 0 ? exact.slice(0, end - 1) : exact.slice(0, end)
  const isMiddle = /^50*$/.test(exact.slice(end))
  return isMiddle && /[02468]$/.test(kept) ? kept : size.toFixed(decimals)
}

const fit = (text: string, { fill, width }: Spec, align: string): string => {
  const missing = Math.max(width - [...text].length, 0)
  const left = align === '>' ? missing : align === '^' ? Math.floor(missing / 2) : 0
  return fill.repeat(left) + text + fill.repeat(missing - left)
}
