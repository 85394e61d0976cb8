import { PatternMistake } from './pattern-mistake.ts'
import type { Flags } from './python-regex-flags.ts'
import { withFlags } from './python-regex-flags.ts'

/** A part of a pattern: how it is written here, and how much of the text it took. */
export type Piece = { readonly written: string; readonly length: number; readonly repeatable: boolean }

/** The groups of a pattern while it is read from left to right.
 *
 * A reference to a group that took no part fails in Python and is empty in JavaScript. So it is known of each
 * capture whether it has surely taken part by now: not in an alternative, not under a quantifier that may be
 * zero. */
export type Groups = {
  flags(): Flags
  open(text: string, at: number): Piece
  close(): Piece
  alternative(): Piece
  /** What comes next is no quantifier, so the group before it stays as it is. */
  beginPiece(): void
  /** The piece just read has a quantifier that may be zero. */
  lastMayBeAbsent(): void
  /** How a reference to this group is written. */
  reference(to: string | number): string
  end(): void
}

type Capture = { readonly name: string | null; open: boolean; sure: boolean }
type Level = {
  readonly flags: Flags
  /** Index of the first capture that belongs to it, itself included. */
  readonly first: number
  readonly capture: Capture | null
  readonly kind: 'plain' | 'behind' | 'not'
  hasAlternatives: boolean
}

/** Opens a group that begins with `prefix` and is written `written`. */
type Push = (
  prefix: string,
  written: string,
  more: { name?: string; captures?: boolean; flags?: Flags; kind?: Level['kind'] },
) => Piece

/** The groups of a pattern at its beginning, under these flags. */
export const openGroups = (flags: Flags): Groups => {
  const captures: Capture[] = []
  const levels: Level[] = [{ flags, first: 0, capture: null, kind: 'plain', hasAlternatives: false }]
  let lastClosed: Level | null = null

  const level = () => levels.at(-1) ?? (levels[0] as Level)
  const doubt = (from: number, but: Capture | null) => {
    for (const capture of captures.slice(from)) if (capture !== but) capture.sure = false
  }
  const push: Push = (prefix, written, more) => {
    const capture = more.captures === true ? { name: more.name ?? null, open: true, sure: true } : null
    const first = captures.length
    if (capture !== null) captures.push(capture)
    levels.push({
      flags: more.flags ?? level().flags,
      first,
      capture,
      kind: more.kind ?? 'plain',
      hasAlternatives: false,
    })
    return { written, length: prefix.length, repeatable: false }
  }
  const reference = (to: string | number): string => {
    const index = typeof to === 'number' ? to - 1 : captures.findIndex((capture) => capture.name === to)
    const capture = captures[index]
    if (capture === undefined) throw new PatternMistake(`there is no group ${to} before its reference`)
    if (capture.open) throw new PatternMistake(`group ${to} refers to itself`)
    if (!capture.sure || levels.some(({ kind, first }) => kind === 'behind' && first <= index)) {
      throw new PatternMistake(
        `the reference to group ${to} means something else here, since it may be empty`,
      )
    }
    return `(?:\\${index + 1})`
  }

  return {
    flags: () => level().flags,
    open: (text, at) => openGroup(text.slice(at), level().flags, captures, push, reference),
    close() {
      const closed = levels.length > 1 ? levels.pop() : undefined
      if (closed === undefined) throw new PatternMistake('a ) without its (')
      if (closed.hasAlternatives || closed.kind === 'not') doubt(closed.first, closed.capture)
      if (closed.capture !== null) closed.capture.open = false
      lastClosed = closed
      return { written: ')', length: 1, repeatable: true }
    },
    alternative() {
      doubt(level().first, level().capture)
      level().hasAlternatives = true
      return { written: '|', length: 1, repeatable: false }
    },
    beginPiece() {
      lastClosed = null
    },
    lastMayBeAbsent() {
      if (lastClosed !== null) doubt(lastClosed.first, null)
    },
    reference,
    end() {
      if (levels.length > 1) throw new PatternMistake('missing )')
    },
  }
}

/** Reads what stands after an opening parenthesis, and opens what it says. */
const openGroup = (
  rest: string,
  flags: Flags,
  captures: readonly Capture[],
  push: Push,
  reference: (to: string) => string,
): Piece => {
  const [named, name] = /^\(\?P?<([\p{L}_][\p{L}\p{N}_]*)>/u.exec(rest) ?? []
  if (named !== undefined && name !== undefined) {
    if (captures.some((capture) => capture.name === name))
      throw new PatternMistake(`there are two groups ${name}`)
    return push(named, `(?<${name}>`, { name, captures: true })
  }
  const [back, to] = /^\(\?P=(\w+)\)/.exec(rest) ?? []
  if (back !== undefined && to !== undefined)
    return { written: reference(to), length: back.length, repeatable: true }
  const [look] = /^\(\?(?:<?[=!]|:)/.exec(rest) ?? []
  if (look !== undefined) {
    return push(look, look, {
      kind: look.endsWith('!') ? 'not' : look.startsWith('(?<') ? 'behind' : 'plain',
    })
  }
  const [local, on = '', off = ''] = /^\(\?([a-zA-Z]*)(?:-([a-zA-Z]+))?:/.exec(rest) ?? []
  if (local !== undefined) {
    const inside = withFlags(withFlags(flags, on, true), off, false)
    const modifier = inside.ignoreCase === flags.ignoreCase ? '' : inside.ignoreCase ? 'i' : '-i'
    return push(local, `(?${modifier}:`, { flags: inside })
  }
  if (!rest.startsWith('(?')) return push('(', '(', { captures: true })
  throw new PatternMistake(unknownGroup(rest))
}

const unknownGroup = (rest: string): string => {
  if (/^\(\?[a-zA-Z]+\)/.test(rest)) return 'flags such as (?i) must stand at the beginning'
  if (rest.startsWith('(?>')) return 'the atomic group (?>…) has no equal here'
  if (rest.startsWith('(?(')) return 'the conditional (?(…)…) has no equal here'
  if (/^\(\?P?[<=]/.test(rest)) return 'a group has a bad name'
  return `${rest.slice(0, 3)} means nothing`
}
