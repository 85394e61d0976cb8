import { describe, expect, test } from 'bun:test'
import { parseSums, sidecarName } from '../../src/domain/sums.ts'

const a = 'a1b2c3d4'.repeat(8)
const b = '0123456789abcdef'.repeat(4)
const digestOf = (text: string, name: string) => {
  const read = parseSums(text, name)
  return read.is === 'sum' ? read.digest : read.reason
}

describe('a checksum sidecar', () => {
  test.each([
    ['as sha256sum writes it', `${a}  data.nc\n`, 'data.nc'],
    ['of binary mode', `${a} *data.nc\n`, 'data.nc'],
    ['with --tag', `SHA256 (data.nc) = ${a}\n`, 'data.nc'],
    ['as openssl writes it', `SHA256(data.nc)= ${a}\n`, 'data.nc'],
    ['with an escaped name', `\\${a}  da\\nta\\\\.nc\n`, 'da\nta\\.nc'],
    ['with a tag and an escaped name', `\\SHA256 (da\\nta) = ${a}\n`, 'da\nta'],
    ['with Windows line ends and a byte order mark', `\ufeff${a}  data.nc\r\n`, 'data.nc'],
    ['with the digest alone', `${a}`, 'data.nc'],
    ['of standard input', `${a}  -\n`, 'data.nc'],
    ['in capitals', `${a.toUpperCase()}  data.nc`, 'data.nc'],
    ['with the digest alone in capitals', `${a.toUpperCase()}\r\n`, 'data.nc'],
    ['with a single blank', `${a} data.nc`, 'data.nc'],
    ['with a tab', `${a}\tdata.nc`, 'data.nc'],
    ['with a path', `${a}  /incoming/2026/data.nc`, 'data.nc'],
    ['with several lines', `# made today\n\n${b}  other.nc\n${a}  data.nc\n`, 'data.nc'],
    ['with a line that means nothing', `-----BEGIN PGP SIGNED MESSAGE-----\n${a}  data.nc\n`, 'data.nc'],
    ['that says the same twice', `${a}  data.nc\n${a} *./data.nc\n`, 'data.nc'],
    ['of a name that begins with a blank', `${b}  data.nc\n${a}   data.nc\n`, ' data.nc'],
    ['of a name with parentheses', `SHA256 (data (1).nc) = ${a}`, 'data (1).nc'],
    ['of a name that is not escaped but has a backslash', `${a}  da\\nta`, 'da\\nta'],
    ['with a path to another of that name', `${b}  old/data.nc\n${a}  data.nc\n`, 'data.nc'],
  ])('%s is read', (_, text, name) => {
    expect(parseSums(text, name)).toEqual({ is: 'sum', digest: a })
  })

  test.each([
    ['', 'it is empty'],
    ['\r\n  \n', 'it is empty'],
    [`${a}  other.nc\n`, 'it names other.nc, not data.nc'],
    [`${a}  p\n${a}  q\n${a}  r\n${a}  s\n${a}  t\n`, 'it names p, q, r and 2 more, not data.nc'],
    [`${a}  data.nc\n${b}  data.nc\n`, 'it has two different digests for data.nc'],
    [`${a}\n${b}\n`, 'it has two different digests for data.nc'],
    ['not a sum', '"not a sum" is not a line as sha256sum writes it'],
    [`${a.slice(0, 40)}  data.nc`, 'its digest has 40 hex digits, as SHA-1 has; SHA-256 has 64'],
    [`${a.slice(0, 60)}`, 'its digest has 60 hex digits; SHA-256 has 64'],
    [`SHA512 (data.nc) = ${a}${b}`, 'its digest has 128 hex digits, as SHA-512 has; SHA-256 has 64'],
    [`${a}0  data.nc`, 'its digest has 65 hex digits; SHA-256 has 64'],
    [`\u001b[31m`, '"\\x1b[31m" is not a line as sha256sum writes it'],
    [[...`${a}  data.nc`].join('\0'), 'it holds NUL bytes; is it UTF-16?'],
  ])('%j cannot be used: %s', (text, reason) => {
    expect(digestOf(text, 'data.nc')).toBe(reason)
  })

  test('has the name of its file and .sha256', () => {
    expect(sidecarName('/in/data.nc')).toBe('/in/data.nc.sha256')
  })
})
