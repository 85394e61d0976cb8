import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Bytes that look random and are the same in every run. */
const seededBytes = (length: number, seed: number): Buffer => {
  const words = new Uint32Array(Math.ceil(length / 4))
  let state = seed | 1
  for (let index = 0; index < words.length; index += 1) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[index] = state
  }
  return Buffer.from(words.buffer, 0, length)
}

const noise = seededBytes(1 << 20, 20_261_121)

/** A block whose first bytes say which one it is, so that no two are equal. */
const block = (number: number, length: number): Buffer => {
  const at = (number * 4099) % Math.max(1, noise.length - length)
  const bytes = Buffer.from(noise.subarray(at, at + length))
  bytes.writeUInt32LE(number)
  return bytes
}

const nameOf = (number: number): string => `g${String(number).padStart(7, '0')}`

/** What a partner would deliver beside each data file; about 300 bytes. */
const sidecar = (number: number): string => {
  const day = String(1 + (number % 28)).padStart(2, '0')
  return JSON.stringify({
    start: `2026-11-${day}T10:00:00Z`, stop: `2026-11-${day}T10:10:00Z`, day: `202611${day}`, category: `c${number % 7}`,
    source: `instrument-${number % 50}`, remark: 'x'.repeat(150),
  })
}

/** So many pairs of a `.json` of 300 bytes and a `.dat` of 4 KiB in one directory. */
export const writePairs = (directory: string, count: number, first = 0): void => {
  mkdirSync(directory, { recursive: true })
  for (let number = first; number < first + count; number += 1) {
    writeFileSync(join(directory, `${nameOf(number)}.json`), sidecar(number))
    writeFileSync(join(directory, `${nameOf(number)}.dat`), block(number, 4096))
  }
}

export const writeFiles = (directory: string, count: number, bytes: number): void => {
  mkdirSync(directory, { recursive: true })
  for (let number = 0; number < count; number += 1) {
    writeFileSync(join(directory, `${nameOf(number)}.dat`), block(number, Math.min(bytes, noise.length)))
  }
}

/** Tiny files, a hundred directories of them. */
export const writeTinyFiles = (directory: string, count: number): void => {
  for (let sub = 0; sub < 100; sub += 1) mkdirSync(join(directory, `d${sub}`), { recursive: true })
  for (let number = 0; number < count; number += 1) {
    writeFileSync(join(directory, `d${number % 100}`, `${nameOf(number)}.dat`), nameOf(number))
  }
}

/** Five tiny files in each of many directories, a hundred of those in one above. */
export const writeWideTree = (directory: string, count: number): void => {
  for (let number = 0; number < count; number += 1) {
    const sub = join(directory, `y${Math.floor(number / 500)}`, `d${Math.floor(number / 5)}`)
    if (number % 5 === 0) mkdirSync(sub, { recursive: true })
    writeFileSync(join(sub, `${nameOf(number)}.dat`), nameOf(number))
  }
}

export const writeLargeFile = (directory: string, bytes: number): void => {
  mkdirSync(directory, { recursive: true })
  const fd = openSync(join(directory, 'large.dat'), 'w')
  try {
    for (let at = 0; at < bytes; at += noise.length) writeSync(fd, block(at / noise.length, Math.min(noise.length, bytes - at)))
  } finally {
    closeSync(fd)
  }
}
