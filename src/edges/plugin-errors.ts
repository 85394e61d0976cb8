/** The most of one message that is kept. */
const maxMessageLength = 2000

/** Where plugins stand and how messages name it: `/etc/carbonation/plugins`, `plugins`. */
export type PluginRoot = { readonly directory: string; readonly shown: string }

/** What a plugin threw, with its place: `plugins/file_model.ts:12 extract: start is missing`. */
export const thrownLine = (root: PluginRoot, file: string, doing: string | null, thrown: unknown): string => {
  const place = placeOf(root, thrown) ?? file
  return `${place}${doing === null ? '' : ` ${doing}`}: ${thrownMessage(thrown)}`
}

/** The first stack frame inside the plugin directory, as `plugins/file_model.ts:12`. */
export const placeOf = (root: PluginRoot, thrown: unknown): string | null => {
  for (const line of stackOf(thrown).split('\n')) {
    const at = /^\s*at .*?$/.test(line) ? line.indexOf(`${root.directory}/`) : -1
    const found = at < 0 ? null : /^(.+?):(\d+)(?::\d+)?\)?$/.exec(line.slice(at + root.directory.length + 1).trim())
    if (found !== null) return `${root.shown}/${found[1]}:${found[2]}`
  }
  return null
}

/** A path as messages name it: relative to the directory that holds the plugin directory. */
export const shownPath = (root: PluginRoot, path: string): string =>
  path.startsWith(`${root.directory}/`) ? root.shown + path.slice(root.directory.length) : path

/** Anything can be thrown, also what can't be printed. */
export const thrownMessage = (thrown: unknown): string => {
  try {
    const text = thrown instanceof Error ? errorText(thrown) : typeof thrown === 'string' ? thrown : Bun.inspect(thrown)
    return text.length > maxMessageLength ? `${text.slice(0, maxMessageLength)}…` : text
  } catch {
    return 'something that cannot be printed'
  }
}

const errorText = ({ name, message }: Error): string => {
  if (message === '') return String(name)
  return name === 'Error' || name === undefined ? String(message) : `${name}: ${message}`
}

const stackOf = (thrown: unknown): string => {
  try {
    return thrown instanceof Error ? String(thrown.stack ?? '') : ''
  } catch {
    return ''
  }
}
