import { Fault, faultFromData, faultToData, type FaultData } from '../domain/fault.ts'

/** Messages between threads. A structured clone forgets that a Fault is one, so faults travel as data. */
type FaultOnWire = { readonly carbonationFault: FaultData }

const isWireFault = (value: object): value is FaultOnWire => 'carbonationFault' in value

/** The value with every Fault in it as data; the value itself where it holds none. */
export const pack = (value: unknown): unknown =>
  value instanceof Fault ? { carbonationFault: faultToData(value) } : changedInside(value, pack)

/** The value with every Fault in it restored. Needed only where `pack` changed something. */
export const unpack = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && isWireFault(value)
    ? faultFromData(value.carbonationFault)
    : changedInside(value, unpack)

/** Copies a list or record only where something in it changes: most answers hold no fault. */
const changedInside = (value: unknown, change: (inner: unknown) => unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  let copy: Record<string, unknown> | unknown[] | null = null
  for (const key in value) {
    const inner: unknown = Reflect.get(value, key)
    if (typeof inner !== 'object' || inner === null) continue
    const changed = change(inner)
    if (changed === inner) continue
    copy ??= Array.isArray(value) ? [...value] : { ...value }
    Reflect.set(copy, key, changed)
  }
  return copy ?? value
}
