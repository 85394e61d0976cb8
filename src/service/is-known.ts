import { differenceOf, identityText, type Identity } from '../domain/identity.ts'
import type { Known } from '../store/known-in-directory.ts'

/** Whether the ledger has this file in this very state, or has noted that it was delivered again. */
export const isKnown = (row: Known, now: Identity): boolean =>
  row.seen === identityText(now) || differenceOf(row, now) === 'same'
