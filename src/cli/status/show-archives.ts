import { showAge, showBytes, showText } from '../../domain/show.ts'
import type { StatusReport } from '../../service/status.ts'
import { align } from '../align.ts'
import type { Colours } from '../colours.ts'

/** One line for each archive that was ever used: its free space, or its trouble and what that holds back. */
export const showArchives = ({ archives, at }: StatusReport, { red, green }: Colours): readonly string[] => {
  if (archives.length === 0) return ['Archives', '  none was used yet']
  const rows = archives.map(({ name, trouble, troubleSince, held, freeBytes }) => {
    if (trouble === null) return [name, { text: 'ok', paint: green }, freeBytes === null ? '' : `${showBytes(freeBytes)} free`]
    const since = troubleSince === null ? '' : `since ${showAge(troubleSince, at)}, `
    return [name, { text: 'in trouble', paint: red }, `${since}${held} groups held: ${showText(trouble)}`]
  })
  return ['Archives', ...align(rows, '  ')]
}
