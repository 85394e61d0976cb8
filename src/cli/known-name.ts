import { nearest } from '../config/nearest.ts'
import { Fault } from '../domain/fault.ts'
import { showText } from '../domain/show.ts'

/** Refuses a name that is none of these, with the one that was probably meant. */
export const requireKnown = (kind: 'watch' | 'archive', name: string, known: readonly string[]): void => {
  if (known.includes(name)) return
  const near = nearest(name, known)
  const hint = near === null ? '' : `; did you mean "${showText(near)}"?`
  const all = kind === 'watch' ? 'watches' : 'archives'
  throw new Fault(`no ${kind} is named "${showText(name)}"${hint}`, {
    remedy: known.length === 0 ? `there is no ${kind} yet` : `the ${all} are: ${known.map(showText).join(', ')}`,
  })
}

/** A value of a closed list, or wrong usage that names the list. */
export const oneOf = <Value extends string>(
  option: string, value: string, allowed: readonly Value[], refuse: (message: string) => Error,
): Value => {
  const found = allowed.find((one) => one === value)
  if (found !== undefined) return found
  const near = nearest(value, allowed)
  const hint = near === null ? '' : `; did you mean ${near}?`
  throw refuse(`${option} must be one of ${allowed.join(', ')}, was "${showText(value)}"${hint}`)
}
