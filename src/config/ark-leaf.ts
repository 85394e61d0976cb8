import { type } from './ark.ts'
import type { Leaf } from './leaf.ts'
import { refuse } from './refuse.ts'

/** A leaf as the schema library takes it. */
export const ark = <Value>({ expected, read, mistake }: Leaf<Value>) =>
  type('unknown')
    .describe(expected)
    .pipe((found, ctx): Value => {
      const value = read(found)
      return value === undefined ? refuse(ctx, [], mistake(found)) : value
    })
