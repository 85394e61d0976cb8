/** A place in a text that only moves forward. */
export type TextCursor = {
  /** Moves over what the sticky pattern matches here, and gives it; `''` where it does not match. */
  take(pattern: RegExp): string
  next(): string | undefined
  atEnd(): boolean
  position(): number
  /** The line of this place, counted from 1. */
  line(): number
}

export const textCursor = (text: string): TextCursor => {
  let at = 0
  let counted = 0
  let line = 1
  return {
    take(pattern) {
      pattern.lastIndex = at
      const found = pattern.exec(text)?.[0] ?? ''
      at += found.length
      return found
    },
    next: () => text[at],
    atEnd: () => at >= text.length,
    position: () => at,
    line() {
      for (; counted < at; counted++) if (text[counted] === '\n') line++
      return line
    },
  }
}
