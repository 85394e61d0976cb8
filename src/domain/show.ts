import { showDuration } from './duration.ts'
import type { Instant } from './time.ts'

/** What a terminal would obey instead of show, or what makes text look like other text: control characters,
 *  line ends, marks of writing direction, what has no width, blanks other than the usual one, lone surrogates. Joiners
 *  and variation selectors stay, since people write with them. */
const hidden =
  /[[[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\p{Zs}\p{Cs}\u2800\ufff9-\ufffb]--[ \u200c\u200d\ufe00-\ufe0f]]]/gv
const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Any text on one line of a terminal, harmless: `\n`, `\x1b`, `\u202e`; a byte of a name that is not UTF-8
 *  as `\xHH`, just as `showPath` has it. */
export const showText = (text: string): string =>
  text.replace(hidden, (one) => short[one] ?? escapeOf(one.codePointAt(0) ?? 0))

/** JSON text of the same meaning in which a terminal finds nothing to obey. */
export const showJson = (json: string): string =>
  json.replace(hidden, (one) => (short[one] === undefined ? unitsOf(one) : one))

const unitsOf = (one: string): string =>
  one.split('').map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')

const escapeOf = (code: number): string => {
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`
  return code >= 0xdc80 && code <= 0xdcff
    ? `\\x${(code - 0xdc00).toString(16)}`
    : code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`
}

const binary = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** Bytes for people: `999 B`, `1.2 GiB`; powers of 1024. */
export const showBytes = (bytes: number): string => {
  let amount = bytes
  let power = 0
  while (amount >= 1023.95 && power < binary.length - 1) {
    amount /= 1024
    power += 1
  }
  return power === 0 ? `${bytes} B` : `${amount.toFixed(1)} ${binary[power]}`
}

/** How long ago something was: `3h 12m ago`, `just now`, or `in 5m` for what is to come. */
export const showAge = (at: Instant, now: Instant): string => {
  const age = now - at
  if (Math.abs(age) < 1000) return 'just now'
  return age > 0 ? `${showDuration(age)} ago` : `in ${showDuration(-age)}`
}
