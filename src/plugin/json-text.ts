/** Deeper than this is taken for a mistake. */
const maxDepth = 200

/** A value as JSON text, or where in it stands what JSON would lose or alter without a word: NaN, a BigInt, a
 *  function, a Map, an undefined element, a circle. Object members that are undefined are left out, as JSON does. */
export const jsonText = (value: unknown): { readonly text: string } | { readonly problem: string } => {
  const problem = value === undefined ? 'undefined' : firstLoss(value, '', [])
  if (problem !== null) return { problem }
  try {
    const text: string | undefined = JSON.stringify(value)
    return text === undefined ? { problem: 'nothing' } : { text }
  } catch (error) {
    return { problem: String(error) }
  }
}

const firstLoss = (value: unknown, where: string, above: readonly object[]): string | null => {
  const at = where === '' ? '' : ` at ${where}`
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return null
  if (typeof value === 'number') return Number.isFinite(value) ? null : `${value}${at}`
  if (typeof value !== 'object') return `${typeof value === 'bigint' ? 'a BigInt' : `a ${typeof value}`}${at}`
  if (value instanceof Date && Number.isNaN(value.getTime())) return `an invalid Date${at}`
  if (value instanceof Map || value instanceof Set) return `a ${value instanceof Map ? 'Map' : 'Set'}${at}`
  if (above.includes(value)) return `a circle${at}`
  if (above.length > maxDepth) return `more than ${maxDepth} levels`
  if ('toJSON' in value) return null
  return Array.isArray(value) ? lossInElements(value, where, above) : lossInMembers(value, where, above)
}

const lossInElements = (
  list: readonly unknown[], where: string, above: readonly object[],
): string | null => {
  for (let index = 0; index < list.length; index++) {
    const at = `${where}[${index}]`
    const loss = list[index] === undefined ? `undefined at ${at}` : firstLoss(list[index], at, [...above, list])
    if (loss !== null) return loss
  }
  return null
}

const lossInMembers = (record: object, where: string, above: readonly object[]): string | null => {
  for (const [key, member] of Object.entries(record)) {
    const loss = member === undefined ? null : firstLoss(member, `${where}.${key}`, [...above, record])
    if (loss !== null) return loss
  }
  return null
}
