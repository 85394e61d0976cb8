/** A set of row ids that takes one bit an id, since there may be a million. */
export type IdSet = { add(id: number): void; has(id: number): boolean }

export const openIdSet = (): IdSet => {
  let bits = new Uint8Array(1 << 12)
  return {
    add: (id) => {
      const at = Math.floor(id / 8)
      if (at >= bits.length) {
        const larger = new Uint8Array(Math.max(at + 1, bits.length * 2))
        larger.set(bits)
        bits = larger
      }
      bits[at] = (bits[at] ?? 0) | (1 << id % 8)
    },
    has: (id) => ((bits[Math.floor(id / 8)] ?? 0) & (1 << id % 8)) !== 0,
  }
}
