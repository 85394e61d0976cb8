import { Fault } from '../domain/fault.ts'

/** What a file worker and the main thread share: a number that grows whenever the worker moves, and whether it was
 *  written off. */
export const newPulseBoard = (): Int32Array => new Int32Array(new SharedArrayBuffer(8))

let board = newPulseBoard()

/** In a worker: the board to show its moves on. */
export const showPulseOn = (own: Int32Array): void => {
  board = own
}

/** In a worker, before each piece of work: it moves. One that was written off while a call did not come back goes no
 *  further, since others do its work by now. */
export const pulse = (): void => {
  Atomics.add(board, 0, 1)
  if (isWrittenOff()) throw new Fault('it was given up while the file system did not answer')
}

/** Then nothing may be taken back either: what it did stands in its intents, and the next run asks the ledger. */
export const isWrittenOff = (): boolean => Atomics.load(board, 1) !== 0

export const writeOff = (of: Int32Array): void => void Atomics.store(of, 1, 1)

export const pulseOf = (of: Int32Array): number => Atomics.load(of, 0)
