import { checksumAlgorithms } from '../domain/sums.ts'
import { type } from './ark.ts'
import { ark } from './ark-leaf.ts'
import { anyOf, showFound } from './leaf.ts'
import { functionName, sizeOf, text } from './leaves.ts'
import { nearest } from './nearest.ts'
import { refuse } from './refuse.ts'
import type { IntegrityCheck } from './rules.ts'

const types = ['min_size', 'max_size', 'checksum', 'plugin']

export const integrityKeys = {
  type: ark(text(anyOf(types))),
  'value?': 'unknown',
  'function?': ark(functionName),
} as const

export const integrityCheck = type({ '+': 'reject', ...integrityKeys }).pipe((check, ctx): IntegrityCheck => {
  const { value } = check
  switch (check.type) {
    case 'min_size':
    case 'max_size': {
      const bytes = sizeOf(value)
      if (bytes !== undefined) return { type: check.type, bytes }
      return refuse(ctx, ['value'], `must be a number of bytes or a size such as "10 MB", ${was(value)}`)
    }
    case 'checksum': {
      const algorithm = checksumAlgorithms.find((one) => one === value)
      if (algorithm !== undefined) return { type: 'checksum', algorithm }
      if (value === 'manifest') return { type: 'manifest' }
      return refuse(ctx, ['value'], `must be ${anyOf([...checksumAlgorithms, 'manifest'])}, ${was(value)}`)
    }
    case 'plugin':
      if (check.function !== undefined) return { type: 'plugin', function: check.function }
      return refuse(ctx, ['function'], 'is missing; it must be the name of a function that a plugin exports')
    default: {
      const meant = nearest(check.type, types)
      const advice = meant === null ? '' : `; did you mean "${meant}"?`
      return refuse(ctx, ['type'], `must be ${anyOf(types)}, ${was(check.type)}${advice}`)
    }
  }
})

const was = (value: unknown): string =>
  value === undefined ? 'but there is none' : `was ${showFound(value)}`
