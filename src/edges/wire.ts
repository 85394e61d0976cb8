import { Fault, faultFromData, faultToData, type FaultData } from '../domain/fault.ts'

/** Messages between threads. A structured clone forgets that a Fault is one, so faults travel as data. */
type FaultOnWire = { readonly carbonationFault: FaultData }

const isWireFault = (value: object): value is FaultOnWire => 'carbonationFault' in value

/** The value with every Fault in it as data. */
export const pack = (value: unknown): unknown => {
  if (value instanceof Fault) return { carbonationFault: faultToData(value) }
  return mapInside(value, pack)
}

/** The value with every Fault in it restored. */
export const unpack = (value: unknown): unknown => {
  if (typeof value === 'object' && value !== null && isWireFault(value)) return faultFromData(value.carbonationFault)
  return mapInside(value, unpack)
}

/** Copies only what changed: most answers hold no fault, and are given back as they came. */
const mapInside = (value: unknown, change: (inner: unknown) => unknown): unknown => {
  if (Array.isArray(value)) {
    const mapped = value.map(change)
    return mapped.some((inner, index) => inner !== value[index]) ? mapped : value
  }
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  const entries = Object.entries(value)
  const mapped = entries.map(([key, inner]) => [key, change(inner)] as const)
  return mapped.some(([, inner], index) => inner !== entries[index]?.[1]) ? Object.fromEntries(mapped) : value
}
