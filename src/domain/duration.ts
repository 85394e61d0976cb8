import type { Millis } from './time.ts'
import { day, hour, minute, second } from './time.ts'

/** No duration of the config or the command line may be longer. */
export const longestDuration: Millis = 365 * day

const units = { ms: 1, s: second, m: minute, h: hour, d: day } as const

/** `"5s"`, `"1.5h"`, `"24h"`, `"7d"` in milliseconds; null for anything else. Zero and any length that is a whole number
 *  of them are let through. */
export const parseDuration = (text: string): Millis | null => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([smhd])$/.exec(text.trim()) ?? []
  return amount === undefined ? null : whole(Number(amount) * units[unit as 'd' | 'h' | 'm' | 's'])
}

/** Beyond 2^53 nothing can be counted, and beyond 10^308 a number is not even one. */
const whole = (amount: number): number | null => {
  const rounded = Math.round(amount)
  return Number.isSafeInteger(rounded) ? rounded : null
}

/** Whether a duration lies within what a timer of this program takes: more than zero, at most 365 days. */
export const isUsableDuration = (ms: Millis): boolean => ms > 0 && ms <= longestDuration

const spanUnits: readonly (readonly [RegExp, Millis])[] = [
  [/^(s|sec|secs|seconds?)$/, second],
  [/^(m|min|mins|minutes?)$/, minute],
  [/^(h|hours?)$/, hour],
  [/^(d|days?)$/, day],
  [/^(w|weeks?)$/, 7 * day],
  [/^months?$/, 30 * day],
  [/^(y|years?)$/, 365 * day],
]

/** `"30 days"`, `"1 week, 3 days"`, `"2 years"`: time as people write it, in milliseconds; null for anything
 *  else. */
export const parseSpan = (text: string): Millis | null => {
  const parts = [...text.toLowerCase().matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)[\s,]*/g)]
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== text.trim().toLowerCase()) return null
  let total = 0
  for (const [, amount, word = ''] of parts) {
    const unit = spanUnits.find(([pattern]) => pattern.test(word))
    if (unit === undefined) return null
    total += Number(amount) * unit[1]
  }
  return whole(total)
}

const decimal = ['', 'k', 'm', 'g', 't', 'p']

/** `"10 MB"` (10,000,000), `"512 KiB"` (524,288), `"300"` in bytes, in any case; null for anything else. */
export const parseBytes = (text: string): number | null => {
  const [, amount, prefix = '', binary] = /^(\d+(?:\.\d+)?)\s*([kmgtp]?)(i?)b?$/i.exec(text.trim()) ?? []
  if (amount === undefined || (binary !== '' && prefix === '')) return null
  return whole(Number(amount) * (binary === '' ? 1000 : 1024) ** decimal.indexOf(prefix.toLowerCase()))
}

/** For people, its two largest units: `"250ms"`, `"2s"`, `"1h 30m"`, `"3d"`. */
export const showDuration = (ms: Millis): string => {
  const parts: string[] = []
  let rest = ms < second ? Math.round(ms) : Math.round(ms / second) * second
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    const count = Math.floor(rest / units[unit])
    if (count > 0) parts.push(`${count}${unit}`)
    else if (parts.length > 0) break
    rest -= count * units[unit]
  }
  return parts.length === 0 ? '0s' : parts.slice(0, 2).join(' ')
}
