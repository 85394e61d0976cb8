import { Fault } from '../domain/fault.ts'
import type { Path } from '../domain/path.ts'
import { thrownMessage } from './plugin-errors.ts'

/** What a script died of, for its author: the place in the script, the message, the calls that led there. */
export const scriptTrouble = async (path: Path, thrown: unknown): Promise<string> => {
  const frames = framesOf(thrown)
  if (thrown instanceof Fault) {
    const remedy = thrown.remedy === undefined ? '' : `  ${thrown.remedy}\n`
    return `${placeIn(frames) ?? path}: ${thrown.message}\n${remedy}`
  }
  if (frames.length > 0) {
    return [`${placeIn(frames)}: ${thrownMessage(thrown)}`, ...frames.map((one) => `    ${one}`), ''].join('\n')
  }
  const mistakes = thrown instanceof Error ? await loadingMistakes(path) : []
  return [...(mistakes.length > 0 ? mistakes : [`${path}: ${thrownMessage(thrown)}`]), ''].join('\n')
}

/** The calls in files of the user; those inside this program tell them nothing. */
const framesOf = (thrown: unknown): readonly string[] => {
  const stack = thrown instanceof Error && typeof thrown.stack === 'string' ? thrown.stack : ''
  return stack.split('\n').map((line) => line.trim()).filter((line) => {
    const place = placeIn([line])
    return place !== null && !place.startsWith('/$bunfs/') && !place.startsWith(ownDirectory)
  })
}

/** Where this program's own sources are when it is not compiled. When it is, their places are not
 *  absolute. */
const ownDirectory = new URL('..', import.meta.url).pathname

/** `/srv/report.ts:3:13` of `at inner (/srv/report.ts:3:13)` and of `at /srv/report.ts:3:13`. */
const placeIn = (frames: readonly string[]): string | null =>
  /^at (?:.*\(|async )?(\/.*:\d+:\d+)\)?$/.exec(frames[0] ?? '')?.[1] ?? null

/** What the loader refuses often lacks a place, so the bundler is asked, which has one for all of it. */
const loadingMistakes = async (path: Path): Promise<readonly string[]> => {
  const build = await Bun.build({ entrypoints: [path], target: 'bun', external: ['carbonation'], throw: false })
  return build.logs.filter(({ level }) => level === 'error').map(({ message, position }) =>
    `${position === null ? path : `${position.file}:${position.line}:${position.column}`}: ${message}`)
}
