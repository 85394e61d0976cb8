import { type, type Type } from './ark.ts'
import { ark } from './ark-leaf.ts'
import type { Field, Fields, Shape } from './field.ts'
import { refuse } from './refuse.ts'
import type { TableShape } from './table-shape.ts'

/** A table of these keys and no others, as the schema library takes it. */
export const tableType = (fields: Fields): Type<object> => {
  const entries = Object.entries(fields).map(([key, field]) => [key, fieldType(field)] as const)
  return type({ '+': 'reject', ...Object.fromEntries(entries) })
}

const fieldType = (field: Field<unknown>) => {
  const { fallback, isList } = field
  const bare = bareType(field)
  if (fallback === undefined) return bare
  return isList ? bare.default((() => fallback) as never) : bare.default(fallback as never)
}

/** Without its fallback. */
const bareType = ({ of, isList }: Field<unknown>): Type<unknown> => (isList ? shapeType(of).array() : shapeType(of))

const shapeType = (of: Shape<unknown>): Type<unknown> => {
  if ('keys' in of) return finishedType(of)
  if (!('leaf' in of)) return ark(of)
  const leaf = ark(of.leaf)
  const tables = bareType(of.tables)
  return type('unknown').pipe((found) => (Array.isArray(found) ? tables(found) : leaf(found)))
}

const finishedType = ({ keys, finish }: TableShape<unknown>) =>
  tableType(keys).pipe((read, ctx): unknown => {
    let refused: unknown
    const value = finish(read, (at, problem) => {
      refused = refuse(ctx, at, problem)
      return undefined
    })
    return refused ?? value
  })
