import { checksumAlgorithms } from '../domain/sums.ts'
import { one } from './field.ts'
import { anyOf, leaf, showFound } from './leaf.ts'
import { functionName, sizeOf, text } from './leaves.ts'
import { nearest } from './nearest.ts'
import type { IntegrityCheck } from './rules.ts'
import { tableShape } from './table-shape.ts'

const types = ['min_size', 'max_size', 'checksum', 'plugin']

/** What it must be depends on the type of the check. */
const anything = leaf('a value', (found) => found)

const keys = {
  type: one(text(anyOf(types))),
  'value?': one(anything),
  'function?': one(functionName),
} as const

/** One `[[x.integrity]]`. */
export const integrityCheck = tableShape(keys, (check, refuse): IntegrityCheck | undefined => {
  const { value } = check
  switch (check.type) {
    case 'min_size':
    case 'max_size': {
      const bytes = sizeOf(value)
      if (bytes !== undefined) return { type: check.type, bytes }
      return refuse(['value'], `must be a number of bytes or a size such as "10 MB", ${was(value)}`)
    }
    case 'checksum': {
      const algorithm = checksumAlgorithms.find((one) => one === value)
      if (algorithm !== undefined) return { type: 'checksum', algorithm }
      if (value === 'manifest') return { type: 'manifest' }
      return refuse(['value'], `must be ${anyOf([...checksumAlgorithms, 'manifest'])}, ${was(value)}`)
    }
    case 'plugin':
      if (check.function !== undefined) return { type: 'plugin', function: check.function }
      return refuse(['function'], 'is missing; it must be the name of a function that a plugin exports')
    default: {
      const meant = nearest(check.type, types)
      const advice = meant === null ? '' : `; did you mean "${meant}"?`
      return refuse(['type'], `must be ${anyOf(types)}, ${was(check.type)}${advice}`)
    }
  }
})

const was = (value: unknown): string =>
  value === undefined ? 'but there is none' : `was ${showFound(value)}`
