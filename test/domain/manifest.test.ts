import { describe, expect, spyOn, test } from 'bun:test'
import { parseManifest } from '../../src/domain/manifest.ts'

const a = 'a1b2c3d4'.repeat(8)
const b = '0123456789abcdef'.repeat(4)
const md5 = 'f'.repeat(32)
const read = (text: string) => {
  const manifest = parseManifest(text)
  return manifest.is === 'malformed' ? manifest.reason : manifest.names.map((name) => [name, manifest.find(name)])
}
const head = '%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n## Invoked from: /in\n## \n'

describe('a manifest', () => {
  test('of hashdeep lists names with sizes', () => {
    expect(read(`\ufeff${head}12,${md5},${a},/in/a.txt\r\n3,${md5},${b.toUpperCase()},b, with comma.nc\r\n`)).toEqual([
      ['a.txt', { sizeBytes: 12, sha256: a }], ['b, with comma.nc', { sizeBytes: 3, sha256: b }],
    ])
  })

  test.each([
    ['as sha256sum writes it', `${a}  a.txt\n${b} *d/b.nc\n`],
    ['with --tag and Windows line ends', `SHA256 (a.txt) = ${a}\r\nSHA256 (b.nc) = ${b}\r\n`],
  ])('%s lists names without sizes', (_, text) => {
    expect(read(text)).toEqual([['a.txt', { sizeBytes: null, sha256: a }], ['b.nc', { sizeBytes: null, sha256: b }]])
  })

  test.each([
    ['', 'it is empty'],
    ['%%%% HASHDEEP-1.0\n%%%% size,md5,filename\n', 'it has no column sha256; write it with "hashdeep -c sha256"'],
    [`${head}x,${md5},${a},a.txt\n`, `"${`x,${md5},${a},a.txt`.slice(0, 80)}" is not a line as hashdeep or sha256sum writes it`],
    [`${head}1,${md5},${a},a.txt\n1,${md5},${b},d/a.txt\n`, 'it has two different digests for a.txt'],
    ['hello\n', '"hello" is not a line as hashdeep or sha256sum writes it'],
    [`${a}  a.txt\n${b}  a.txt\n`, 'it has two different digests for a.txt'],
  ])('%j cannot be used: %s', (text, reason) => {
    expect(read(text)).toBe(reason)
  })

  test('of twice as many files is read in twice as many steps', () => {
    const [few, many] = [stepsFor(200), stepsFor(400)]
    expect(many).toBeLessThan(2.2 * few)
  })
})

/** How often a regular expression is held against something while a manifest of so many files is read. */
const stepsFor = (count: number): number => {
  const text = Array.from({ length: count }, (_, index) => `${a}  f${index}.nc\n`).join('')
  const steps = spyOn(RegExp.prototype, 'exec')
  try {
    expect(read(text)).toHaveLength(count)
    return steps.mock.calls.length
  } finally {
    steps.mockRestore()
  }
}
