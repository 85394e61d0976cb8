import { expect, test } from 'bun:test'
import { showAge, showBytes, showText } from '../../src/domain/show.ts'
import { day, hour, minute, second } from '../../src/domain/time.ts'

test('text that a terminal would obey is shown instead', () => {
  expect(showText('a\nb\r\tc')).toBe('a\\nb\\r\\tc')
  expect(showText('\x1b[31mred\x07\x00\x7f')).toBe('\\x1b[31mred\\x07\\x00\\x7f')
  expect(showText('\u009b31m')).toBe('\\u009b31m')
  expect(showText('gpj.\u202eexe\u2066\u200f\u061c')).toBe('gpj.\\u202eexe\\u2066\\u200f\\u061c')
  expect(showText('a\u2028b\ufeffc\u200bd')).toBe('a\\u2028b\\ufeffc\\u200bd')
})

test('what looks like nothing, or like a blank that it is not, is shown', () => {
  expect(showText('\u3164\u00a0\u2800\u00ad\u{e0041}\u2003')).toBe('\\u3164\\u00a0\\u2800\\u00ad\\u{e0041}\\u2003')
})

test('a byte that is not UTF-8 is shown as its hex digits', () => {
  expect(showText('caf\udce9.txt')).toBe('caf\\xe9.txt')
  expect(showText('\udc80\ud800')).toBe('\\x80\\ud800')
})

test('text that people write is left as it is', () => {
  const text = 'naïve \\ 漢字 😀 👨\u200d👩\u200d👧 עברית.txt'
  expect(showText(text)).toBe(text)
})

test('sizes have one decimal of the largest unit', () => {
  expect([0, 999, 1023, 1024, 1536].map(showBytes)).toEqual(['0 B', '999 B', '1023 B', '1.0 KiB', '1.5 KiB'])
  expect(showBytes(1_288_490_189)).toBe('1.2 GiB')
  expect(showBytes(1024 ** 2 - 1)).toBe('1.0 MiB')
  expect(showBytes(1024 ** 6)).toBe('1024.0 PiB')
})

test('an age is told from now, in its two largest units', () => {
  const now = 1_700_000_000_000
  expect(showAge(now - 3 * hour - 12 * minute - 5 * second, now)).toBe('3h 12m ago')
  expect(showAge(now - 5 * day, now)).toBe('5d ago')
  expect(showAge(now - 400, now)).toBe('just now')
  expect(showAge(now + 5 * minute, now)).toBe('in 5m')
})
