import { archive } from './archive.ts'
import { completeness } from './completeness.ts'
import { integrity } from './integrity.ts'
import { metadata } from './metadata.ts'
import { record } from './record.ts'
import { routing } from './routing.ts'
import { selection } from './selection.ts'
import type { Stage } from './stage.ts'

/** The life of a file; read it from the top: this list is the architecture. */
export const pipeline: readonly Stage[] = [
  record, //       it is in the ledger, with its identity
  integrity, //    it can be trusted so far
  completeness, // its group is known: complete, waiting, or out of time
  metadata, //     we know what it is about
  selection, //    it is wanted
  routing, //      we know where it goes
  archive, //      it is there, compared, and can be recorded
]
