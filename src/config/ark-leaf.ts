import { type } from './ark.ts'
import type { Leaf } from './leaf.ts'

/** A leaf as the schema library takes it. */
export const ark = <Value>({ expected, read, hint, show }: Leaf<Value>) =>
  type('unknown')
    .describe(expected)
    .pipe((found, ctx): Value => {
      const value = read(found)
      if (value !== undefined) return value
      const shown = show(found)
      const advice = hint(found)
      const was = shown === null ? '' : `, was ${shown}`
      const problem = `must be ${expected}${was}${advice === null ? '' : `; ${advice}`}`
      // A morph says no by giving an ArkError, which the inferred type leaves out.
      return ctx.error({ expected, problem }) as never
    })
