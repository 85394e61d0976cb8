/** An interface that counts how often each of its verbs is called, inside of its transactions, too. */
export const counted = <T extends object>(real: T, calls: Map<string, number>): T =>
  new Proxy(real, {
    get: (target, verb, receiver) => {
      const value: unknown = Reflect.get(target, verb, receiver)
      if (typeof value !== 'function' || typeof verb !== 'string') return value
      return (...parts: unknown[]): unknown => {
        calls.set(verb, (calls.get(verb) ?? 0) + 1)
        const [work] = parts
        const isNested = verb === 'transaction' && typeof work === 'function'
        const inside = (own: object): unknown => Reflect.apply(work as () => unknown, undefined, [counted(own, calls)])
        return Reflect.apply(value, target, isNested ? [inside] : parts)
      }
    },
  })

export const sumOf = (calls: ReadonlyMap<string, number>): number =>
  [...calls.values()].reduce((sum, one) => sum + one, 0)
