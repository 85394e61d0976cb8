import { readFileSync } from 'node:fs'
import { pathFromBytes } from '../domain/path.ts'

/** The words of the command line, each as a `Path` holds it: the runtime replaces bytes that are not UTF-8, and a name
 *  of such bytes could not be asked for. */
export const argvOf = (words: readonly string[]): readonly string[] => {
  if (!words.some((word) => word.includes('\ufffd'))) return words
  const exact = commandLine().slice(-words.length)
  return exact.length === words.length ? exact : words
}

const commandLine = (): readonly string[] => {
  try {
    const bytes = readFileSync('/proc/self/cmdline')
    const ends = [...bytes.entries()].flatMap(([at, byte]) => (byte === 0 ? [at] : []))
    return ends.map((end, index) => pathFromBytes(bytes.subarray((ends[index - 1] ?? -1) + 1, end)))
  } catch {
    return []
  }
}
