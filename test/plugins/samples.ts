import { afterEach, beforeEach } from 'bun:test'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Writes files into a directory that lives as long as one test, and gives their paths. */
export const sampleDirectory = () => {
  let directory = ''
  beforeEach(async () => { directory = await mkdtemp(join(tmpdir(), 'carbonation-samples-')) })
  afterEach(() => rm(directory, { recursive: true }))
  return async (name: string, content: string | Uint8Array): Promise<string> => {
    const path = join(directory, name)
    await writeFile(path, content)
    return path
  }
}
