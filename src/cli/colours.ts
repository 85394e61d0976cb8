import type { Io } from './command.ts'

/** What a text is given to stand out; each gives it back as it is where results do not go to a terminal. */
export type Colours = {
  readonly bold: Paint
  readonly dim: Paint
  readonly red: Paint
  readonly yellow: Paint
  readonly green: Paint
}
type Paint = (text: string) => string

const plain: Paint = (text) => text
export const noColours: Colours = { bold: plain, dim: plain, red: plain, yellow: plain, green: plain }

/** Colours on a terminal that did not refuse them; loaded only then. */
export const coloursOf = async ({ isTerminal, env }: Pick<Io, 'isTerminal' | 'env'>): Promise<Colours> => {
  if (!isTerminal || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb') return noColours
  const { default: picocolors } = await import('picocolors')
  return picocolors.createColors(true)
}
