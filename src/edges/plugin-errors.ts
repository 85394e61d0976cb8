import { basename } from 'node:path'

/** The most of one message that is kept. */
const maxMessageLength = 2000

/** Where plugins stand and how messages name it: `/etc/carbonation/plugins`, `plugins`. */
export type PluginRoot = { readonly directory: string; readonly shown: string }

/** How messages name a plugin directory: by its last part. */
export const pluginRoot = (directory: string): PluginRoot => ({ directory, shown: basename(directory) })

/** What a plugin threw, with its place: `plugins/file_model.ts:12 extract: start is missing`. */
export const thrownLine = (root: PluginRoot, file: string, doing: string | null, thrown: unknown): string => {
  const place = placeOf(root, thrown) ?? file
  return `${place}${doing === null ? '' : ` ${doing}`}: ${thrownMessage(thrown)}`
}

/** What a thread died of, from the text that the runtime gives of it: an excerpt of the source, the message, the stack. */
export const uncaughtLine = (root: PluginRoot, text: string): string => {
  const [, message = text.split('\n')[0] ?? ''] = /^(?:error: |(?=\w*Error: ))(.+)$/m.exec(text) ?? []
  const place = placeIn(root, text)
  return `${place === null ? '' : `${place}: `}${message.slice(0, maxMessageLength)}`
}

/** The first stack frame inside the plugin directory, as `plugins/file_model.ts:12`. */
export const placeOf = (root: PluginRoot, thrown: unknown): string | null => placeIn(root, stackOf(thrown))

const placeIn = (root: PluginRoot, stack: string): string | null => {
  for (const line of stack.split('\n')) {
    const start = /^\s*at /.test(line) ? line.indexOf(`${root.directory}/`) : -1
    const inside = line.slice(start + root.directory.length + 1).trim()
    const frame = start < 0 ? null : /^(.+?):(\d+)(?::\d+)?\)?$/.exec(inside)
    if (frame !== null) return `${root.shown}/${frame[1]}:${frame[2]}`
  }
  return null
}

/** A path as messages name it: relative to the directory that holds the plugin directory. */
export const shownPath = (root: PluginRoot, path: string): string =>
  path.startsWith(`${root.directory}/`) ? root.shown + path.slice(root.directory.length) : path

/** Anything can be thrown, also what can't be printed. */
export const thrownMessage = (thrown: unknown): string => {
  try {
    const text = thrown instanceof Error ? errorText(thrown) : otherText(thrown)
    return text.length > maxMessageLength ? `${text.slice(0, maxMessageLength)}…` : text
  } catch {
    return 'something that cannot be printed'
  }
}

const errorText = ({ name, message }: Error): string => {
  if (message === '') return String(name)
  return name === 'Error' || name === undefined ? String(message) : `${name}: ${message}`
}

const otherText = (thrown: unknown): string => (typeof thrown === 'string' ? thrown : Bun.inspect(thrown))

const stackOf = (thrown: unknown): string => {
  try {
    return thrown instanceof Error ? String(thrown.stack ?? '') : ''
  } catch {
    return ''
  }
}
