import { Fault } from '../../domain/fault.ts'
import { showPath } from '../../domain/path.ts'
import { showAge, showBytes, showText } from '../../domain/show.ts'
import type { Instant } from '../../domain/time.ts'
import type { Verdict } from '../../service/whose-file.ts'
import { mostMatches } from '../../store/find-in-ledger.ts'
import { align } from '../align.ts'
import type { Colours } from '../colours.ts'
import type { Answer, Place } from './answer.ts'
import { showGeneration } from './show-generation.ts'

/** The answer for people. */
export const showAnswer = (answer: Answer, now: Instant, colours: Colours): readonly string[] => {
  switch (answer.is) {
    case 'group':
      return answer.generations.flatMap((one, index) => [
        ...(index === 0 ? [] : ['']), ...showGeneration(one, answer.componentIds, now, colours),
      ])
    case 'several':
      return several(answer, colours)
    case 'unknown':
      return answer.places.length === 0
        ? [`${showText(answer.what)} is not in the ledger, neither as a path, a name, a digest nor a group key.`]
        : answer.places.flatMap((one) => unknownPlace(one, now))
  }
}

const several = ({ what, foundBy, matches }: Answer & { readonly is: 'several' }, { bold }: Colours): string[] => [
  `${showText(what)} is the ${foundBy} of ${matches.length < mostMatches ? matches.length : `at least ${mostMatches}`}:`,
  ...align(matches.map((one) => [
    one.status ?? 'group', { text: one.sourcePath ?? one.groupKey, paint: bold }, `[${one.watchName}]`,
  ]), '  '),
  'Ask again with one of their paths.',
]

const unknownPlace = ({ path, verdicts, sight, unsettled }: Place, now: Instant): string[] => [
  `${showText(showPath(path))} is not in the ledger.`,
  `  On disk: ${onDisk(sight)}`,
  ...(verdicts.length === 0 ? ['  It lies in no watch\'s directory.'] : verdicts.map((one) => `  ${verdictText(one, sight)}`)),
  ...(unsettled === null || sight === null ? [] : [`  Settling since ${showAge(unsettled.since, now)}: ${unsettled.lacks ?? 'it changed lately'}.`]),
]

const onDisk = (sight: Place['sight']): string => {
  if (sight === null) return 'nothing stands there'
  if (sight instanceof Fault) return showText(sight.sentence)
  return sight.kind === 'file' ? `a file of ${showBytes(sight.identity.sizeBytes)}` : `a ${sight.kind}, not a regular file`
}

const verdictText = ({ name, verdict, pattern, nearMiss }: Verdict, sight: Place['sight']): string => {
  const watch = `Watch ${showText(name)}`
  const shown = pattern === null ? '' : `"${showText(pattern)}"`
  switch (verdict) {
    case 'taken': {
      const by = pattern === null ? 'takes every name' : `takes it by its pattern ${shown}`
      return `${watch} ${by}${sight === null ? '; it was never seen' : '; it was not seen yet, or has not settled'}.`
    }
    case 'ignored':
      return `${watch} ignores it by its pattern ${shown}.`
    case 'marker':
      return `${watch} takes it for the marker of another file.`
    case 'unmatched':
      return `${watch} has no pattern that takes it${nearMiss ? ', and only upper or lower case stands in the way' : ''}.`
    case 'not_entered':
      return `${watch} does not enter subdirectories: recursive = false.`
    case 'other':
      return `${watch} leaves it to a watch that comes earlier in the config.`
  }
}
