import { Fault } from '../../src/domain/fault.ts'

/** Message and remedy of the Fault that this throws; anything else it throws goes through. */
export const faultOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof Fault) return `${error.message}; ${error.remedy}`
    throw error
  }
  throw new Error('no Fault was thrown')
}
