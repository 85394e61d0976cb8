import { posix } from 'node:path'
import { Fault } from '../domain/fault.ts'
import { isWithin, type Path } from '../domain/path.ts'
import { literalPrefix, parseTemplate } from '../domain/template.ts'
import type { Report } from './report.ts'
import type { Archive } from './config.ts'
import type { ReadConfig } from './config-keys.ts'
import type { TomlPath } from './toml-lines.ts'

type Read = ReadConfig['archive'][number]

/** An archive with absolute paths: with a `base_path` the destination is relative to it, without one the
 *  template itself is absolute. Notes destinations that leave the base or are no template. */
export const placeArchive = (read: Read, directory: Path, at: TomlPath, report: Report): Archive => {
  const basePath = read.base_path === undefined ? null : posix.resolve(directory, read.base_path)
  const destination =
    basePath === null ? absolute(read.destination, directory) : below(read.destination, basePath)
  const wrong =
    destination === null
      ? `must stay below base_path ${basePath}, was ${JSON.stringify(read.destination)}`
      : wrongTemplate(destination)
  if (wrong !== null) report.at([...at, 'destination'], wrong)
  return {
    name: read.name,
    destination: destination ?? '',
    basePath,
    action: read.action,
    createDirectories: read.create_directories,
    fileMode: read.file_mode,
    dirMode: read.dir_mode,
    verify: read.verify,
  }
}

/** The directory that all of an archive lies in: its `base_path`, else what its template names before the
 *  first `{…}`. */
export const archiveRoot = ({ basePath, destination }: Pick<Archive, 'basePath' | 'destination'>): Path =>
  basePath ?? literalPrefix(parseTemplate(destination))

/** Reads on from the key. */
const wrongTemplate = (destination: string): string | null => {
  try {
    parseTemplate(destination)
    return null
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return error.sentence.replace(/^destination template /, '')
  }
}

/** The part of a template up to the last slash before the first `{…}`; `{{` and `}}` are literal braces. */
const literalDirectory = (template: string): string => {
  const literal = /^(?:[^{]|\{\{)*/.exec(template)?.[0] ?? ''
  return literal.length === template.length ? template : literal.slice(0, literal.lastIndexOf('/') + 1)
}

const absolute = (template: string, directory: Path): string => {
  const literal = literalDirectory(template)
  const resolved = posix.resolve(escape(directory), literal)
  const rest = template.slice(literal.length)
  return rest === '' ? resolved : `${resolved === '/' ? '' : resolved}/${rest}`
}

/** The template relative to the base; null where its literal part leads out of it. */
const below = (template: string, basePath: Path): string | null => {
  const base = escape(basePath)
  if (!isWithin(base, posix.resolve(base, literalDirectory(template)))) return null
  if (/(^|\/)\.\.(\/|$)/.test(template)) return null
  return template.startsWith('/') ? template.slice(base.length).replace(/^\/+/, '') : template
}

const escape = (path: Path): string => path.replace(/[{}]/g, '$&$&')
