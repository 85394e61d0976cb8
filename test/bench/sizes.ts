/** How much of everything is measured. */
export type Sizes = {
  /** Groups of the main job, each of a JSON file of 300 bytes and a file of 4 KiB. */
  readonly pairs: number
  /** Files of 1 MiB. */
  readonly mebibyteFiles: number
  readonly largeFileBytes: number
  /** Tiny files for scans. */
  readonly tinyFiles: number
  /** Tiny files, five in a directory. */
  readonly wideFiles: number
  /** Components in the large database that questions are put to. */
  readonly askedComponents: number
  /** How many components are known already when new files come. */
  readonly known: readonly number[]
  readonly newFiles: number
  readonly idleFiles: number
  /** Files that come all at once. */
  readonly bursts: readonly number[]
  /** So many files come each second, for so long. */
  readonly streamPerSecond: number
  readonly streamSeconds: number
  /** Files that settle while the service's memory is looked at. */
  readonly pending: number
  /** So often so many files come while the service runs. */
  readonly steadyRounds: number
  readonly steadyFiles: number
  /** Groups for the Python package, which takes some 240 times as long as `cp -r`. */
  readonly pythonGroups: number
  /** Groups that are archived on each engine, and components of the ledger that is copied to it. */
  readonly engineGroups: number
  readonly engineComponents: number
  readonly runs: number
}

/** What the budget speaks of. */
export const fullSizes: Sizes = {
  pairs: 10_000, mebibyteFiles: 1000, largeFileBytes: 2 ** 30, tinyFiles: 200_000, wideFiles: 50_000, askedComponents: 1_000_000,
  known: [1000, 10_000, 100_000], newFiles: 1000, idleFiles: 50, bursts: [5000], streamPerSecond: 500, streamSeconds: 60,
  pending: 100_000, steadyRounds: 60, steadyFiles: 1000, pythonGroups: 500,
  engineGroups: 5000, engineComponents: 100_000, runs: 5,
}

/** Enough to see that everything is measured; too little to judge by. */
export const quickSizes: Sizes = {
  pairs: 500, mebibyteFiles: 20, largeFileBytes: 2 ** 26, tinyFiles: 2000, wideFiles: 1_000, askedComponents: 10_000,
  known: [1000, 5000], newFiles: 200, idleFiles: 5, bursts: [200], streamPerSecond: 100, streamSeconds: 2, pending: 1000, steadyRounds: 4, steadyFiles: 100, pythonGroups: 20, engineGroups: 200, engineComponents: 2000, runs: 2,
}
