import { Fault } from '../../domain/fault.ts'
import { showPath } from '../../domain/path.ts'
import type { Status } from '../../domain/status.ts'
import { toColumn, type Instant } from '../../domain/time.ts'
import type { Columns } from '../../plugin/contract.ts'
import { lookAtTables } from '../../store/look-at-tables.ts'
import { exchangeTables, type Names } from '../../store/python/exchange.ts'
import { countRows, pluginColumnsOf } from '../../store/python/read.ts'
import { copyCounts, lostCopy } from '../../store/python/survey.ts'
import { requireAdoptable } from '../../store/python/tables.ts'
import { addColumns, begunPage, endGroups, orderArchived } from '../../store/python/write-groups.ts'
import type { Sql } from '../../world.ts'
import { moveColumns, type MovedColumn } from './columns.ts'
import { adoptComponents } from './components.ts'
import { beginGroups, endGroup } from './groups.ts'
import type { Places } from './places.ts'
import { survey, type SurveyParts } from './survey.ts'
import { openTally, type Counted } from './tally.ts'

/** What became of every row of the Python package. */
export type Adoption = {
  /** Rows of its tables, and of those the ones that a row of ours stands for, under the same id. */
  readonly components: number
  readonly adopted: number
  readonly groups: number
  readonly groupsMade: number
  readonly statuses: Readonly<Partial<Record<Status, number>>>
  readonly columns: readonly string[]
  /** What no row of ours stands for; it is kept in the old tables. */
  readonly kept: readonly Counted[]
  /** What has another status than the Python package gave it. */
  readonly changed: readonly Counted[]
  readonly odd: readonly Counted[]
}

export type AdoptOptions = SurveyParts & {
  readonly columns: Columns
  readonly now: Instant
  readonly actor: string
  /** Of the rules and the places: what was found out under others is found out again. */
  readonly basis: string
  /** Believes that archived files are gone, however many. */
  readonly force: boolean
}

/** Turns a database of the Python package 0.0.1 into a ledger. Its files are looked at first; then its tables make way for
 *  ours, all of it or nothing. */
export const adoptPython = async (options: AdoptOptions): Promise<Adoption> => {
  const { sql, force } = options
  await requireAdoptable(sql)
  const columns = moveColumns(await pluginColumnsOf(sql), options.columns)
  await survey(options, options.basis)
  if (!force) await requireCopies(sql)
  const adoption = await exchangeTables(sql, (tx, names) => fill(tx, names, columns, options), options.now)
  await lookAtTables(sql)
  return adoption
}

const fill = async (tx: Sql, names: Names, columns: readonly MovedColumn[], { places, actor, now: at, signal, onProgress }: AdoptOptions): Promise<Adoption> => {
  const now = toColumn(at)
  const [kept, changed, odd] = [openTally(), openTally(), openTally()]
  const [groups, components] = [await countRows(tx, names.old('files')), await countRows(tx, names.old('file_components'))]
  let done = 0
  const onPage = (count: number) => {
    done += count
    onProgress(done, groups + components)
    if (signal.aborted) throw new Fault('stopped before it was done, and nothing was changed', { remedy: 'the next "carbonation db upgrade" begins again' })
  }
  await addColumns(tx, names, columns.map((one) => [one.to, one.column]))
  const lastId = await beginGroups(tx, { names, columns, places, now, odd, onPage })
  const { statuses, groupsMade } = await adoptComponents(tx, lastId, { names, places, now, actor, kept, changed, odd, onPage })
  await endAll(tx, names, places, now)
  await orderArchived(tx, names)
  const adopted = [...statuses.values()].reduce((sum, one) => sum + one, 0)
  await requireAll(tx, names, { components, adopted, groups: groups + groupsMade, kept: kept.found })
  return {
    components, adopted, groups, groupsMade, statuses: Object.fromEntries(statuses), columns: columns.map((one) => one.to),
    kept: kept.found, changed: changed.found, odd: odd.found,
  }
}

const pageSize = 500

const endAll = async (tx: Sql, names: Names, places: Places, now: string): Promise<void> => {
  for (let after = 0; ; ) {
    const page = await begunPage(tx, names, after, pageSize)
    await endGroups(tx, names, page.map(({ group, members }) => endGroup(group, members, places.watch(group.watchName)?.rules ?? null, now)))
    after = page.at(-1)?.group.id ?? after
    if (page.length < pageSize) return
  }
}

/** Every row is accounted for, or nothing was done. */
const requireAll = async (
  tx: Sql, names: Names, { components, adopted, groups, kept }: { components: number; adopted: number; groups: number; kept: readonly Counted[] },
): Promise<void> => {
  const keptCount = kept.reduce((sum, one) => sum + one.count, 0)
  const [ours, ourGroups] = [await countRows(tx, names.fresh('file_components')), await countRows(tx, names.fresh('files'))]
  if (adopted + keptCount === components && ours === adopted && ourGroups === groups) return
  throw new Error(`adoption: ${components} components were ${adopted} + ${keptCount}, written ${ours}; ${groups} groups, written ${ourGroups}`)
}

/** Up to this many archived files of an archive may be missing without a question, where they are not most of them. */
const mostMissing = 100

/** An archive that is not mounted must not look like one whose files are lost. */
const requireCopies = async (sql: Sql): Promise<void> => {
  for (const { archive, found, missing, unreadable } of await copyCounts(sql)) {
    const isBelieved = missing === 0 || (found > 0 && (missing <= mostMissing || missing * 2 <= found + missing))
    if (unreadable === 0 && isBelieved) continue
    const [what, said, count] = unreadable > 0 ? ['unreadable', 'cannot be read', unreadable] as const : ['missing', 'are not there', missing] as const
    const first = await lostCopy(sql, archive, what)
    const example = first === null ? '' : `, such as ${showPath(first.archive?.path ?? first.path)}: ${first.trouble}`
    const where = archive === null ? 'outside of every archive' : `in the archive ${archive}`
    throw new Fault(`${count} of ${found + missing + unreadable} files that the Python package put ${where} ${said}${example}`, {
      remedy: 'nothing was changed: mount the archive or mend what is wrong, then try again; with --force they are taken for lost',
    })
  }
}
