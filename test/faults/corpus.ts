/** What is delivered, and what becomes of it. The content of each file is unlike that of every other, in length, too,
 *  so that bytes found anywhere tell whose they are and whether they are all there. */

export type Tree = Readonly<Record<string, string>>

export type Scenario = {
  readonly name: string
  readonly action: 'copy' | 'move'
  readonly onRedelivery: 'version' | 'replace'
  /** What the archive holds before carbonation ever ran. */
  readonly strangers: Tree
  /** Whether a run without faults came first: it made the ledger. */
  readonly hasRun: boolean
  /** Delivered and archived before faults begin. */
  readonly before: Tree
  /** Delivered to the run that meets the fault. */
  readonly delivery: Tree
}

const json = (category: string | null, note: string): string => `${JSON.stringify({ category, note })}\n`
const text = (label: string, lines: number): string => `${label}\n`.repeat(lines)

const pair = (stem: string, lines: number, category: string | null = 'alpha', version = ''): Tree => ({
  [`${stem}.txt`]: text(`${stem}${version}`, lines),
  [`${stem}.json`]: json(category, `${stem}${version}`),
})

/** Every verdict once: archived, incomplete, too small, not selected; two groups of one name, a name that a stranger
 *  has, a name that holds these very bytes, and a file of several blocks. */
const verdicts: Tree = {
  ...pair('one', 7), ...pair('two', 11, 'beta'), ...pair('large', 60_000), ...pair('unwanted', 13, null),
  ...pair('a/meet', 17), ...pair('b/meet', 19), ...pair('guest', 23), ...pair('twin', 29),
  'alone.txt': text('alone', 31), 'small.txt': 'tiny', 'small.json': json('alpha', 'small'),
}

/** One of them is as long as the file that meets it. */
const strangers: Tree = {
  'alpha/guest.json': json('alpha', 'tsueg'), 'alpha/twin.txt': text('twin', 29), 'alpha/other.dat': 'untouched\n',
}

const redelivered: Tree = {
  ...pair('both', 37, 'alpha', ' again'), 'half.txt': text('half again', 41), ...pair('new', 43, 'beta'),
}

const firstDelivery: Tree = { ...pair('both', 5), ...pair('half', 6), ...pair('still', 8) }

export const scenarios: readonly Scenario[] = (['copy', 'move'] as const).flatMap((action) => [
  { name: `${action}`, action, onRedelivery: 'version' as const, strangers, hasRun: true, before: {}, delivery: verdicts },
  ...(['replace', 'version'] as const).map((onRedelivery) => ({
    name: `${action}, ${onRedelivery}`, action, onRedelivery, strangers: { 'alpha/both~2.json': 'a stranger\n' },
    hasRun: true, before: firstDelivery, delivery: redelivered,
  })),
]).concat([
  { name: 'first run', action: 'move', onRedelivery: 'version', strangers: {}, hasRun: false, before: {}, delivery: pair('one', 7) },
])

/** A file that is cloned where the file system can, and hashed in a second thread where not. */
export const withLargeFile: Scenario = {
  name: 'a large file', action: 'move', onRedelivery: 'version', strangers: {}, hasRun: true, before: {},
  delivery: pair('huge', 3_600_000),
}

/** All contents that a scenario knows: what is under a final name must be one of them, whole. */
export const contentsOf = ({ strangers: there, before, delivery }: Scenario): ReadonlySet<string> =>
  new Set([there, before, delivery].flatMap((tree) => Object.values(tree)))
