import type { Config, Watch } from '../config/config.ts'
import type { Rules } from '../config/rules.ts'

/** The watches whose groups may go to an archive: by their own setting, by that of their rule set, or by a routing rule.
 *  A routing function may name any archive; it counts for none. */
export const feedersOf = (archiveName: string, { watches }: Pick<Config, 'watches'>, rules: Rules): readonly Watch[] =>
  watches.filter((watch) => {
    const own = rules[watch.rules]
    const usual = watch.archive === '' ? own?.archive : watch.archive
    return usual === archiveName || own?.routing.some((rule) => 'archive' in rule && rule.archive === archiveName) === true
  })
