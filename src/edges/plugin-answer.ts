import { serialize } from 'bun:jsc'
import { Fault, faultToData } from '../domain/fault.ts'
import type { Columns, Metadata } from '../plugin/contract.ts'
import type { PluginModule } from '../plugin/exports.ts'
import type { Call } from '../plugin/messages.ts'
import { checkMetadata } from '../plugin/metadata.ts'
import { thrownLine, type PluginRoot } from './plugin-errors.ts'
import type { Weighed } from './plugin-outbox.ts'

/** The most that one answer may weigh. */
export const maxAnswerBytes = 16 * 1024 * 1024

/** Runs one call to its end. Never rejects: what the plugin throws, or gives and may not, is a fault of this call. */
export const answerTo = async (
  root: PluginRoot, columns: Columns, module: PluginModule, call: Call,
): Promise<Weighed> => {
  const run = module.exports[call.name]
  if (typeof run !== 'function') {
    return faulted(call.id, new Fault(`${module.file} exports no function ${call.name}`))
  }
  try {
    const value: unknown = await run(...call.args)
    return weighed(call, module.file, call.kind === 'extract' ? checkMetadata(columns, value) : value)
  } catch (error) {
    return faulted(call.id, error instanceof Fault
      ? new Fault(`${module.file} ${call.name}: ${error.message}`)
      : new Fault(thrownLine(root, module.file, call.name, error)))
  }
}

export const faulted = (id: number, fault: Fault): Weighed => ({
  answer: { id, fault: faultToData(fault) },
  bytes: 1000,
})

const weighed = (call: Call, file: string, value: unknown): Weighed => {
  const { id, name } = call
  const bytes = call.kind === 'extract' ? metadataWeight(value as Metadata) : weightOf(value)
  if (bytes <= maxAnswerBytes) return { answer: { id, value }, bytes }
  const what = Number.isNaN(bytes) ? 'something that is no plain value' : `${bytes} bytes`
  return faulted(id, new Fault(`${file} ${name}: it gave ${what}`, {
    remedy: `an answer is a plain value of at most ${maxAnswerBytes / 1024 / 1024} MiB`,
  }))
}

/** Metadata is flat but for json columns, so that it need not be written out to be weighed. */
const metadataWeight = (metadata: Metadata): number => {
  let bytes = 0
  for (const key in metadata) bytes += weightOf(metadata[key])
  return bytes
}

/** About the bytes that a value takes on its way; NaN for what can't travel between threads. */
const weightOf = (value: unknown): number => {
  if (typeof value === 'string') return 2 * value.length
  if (typeof value === 'function' || typeof value === 'symbol') return NaN
  if (typeof value !== 'object' || value === null) return 8
  try {
    return serialize(value).byteLength
  } catch {
    return NaN
  }
}
