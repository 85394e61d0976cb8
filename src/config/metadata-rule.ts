import { one } from './field.ts'
import { leaf } from './leaf.ts'
import { tableShape } from './table-shape.ts'

/** The name of a plugin, without folder and ending. */
const moduleName = leaf(
  'the name of a plugin such as "file_model"',
  (found) =>
    typeof found === 'string' && /^[^/\\.\0-\x1f]+(\.ts)?$/.test(found)
      ? found.replace(/\.ts$/, '')
      : undefined,
  (found) => {
    const [, stem] = (typeof found === 'string' && /^([^/\\]+)\.py$/.exec(found)) || []
    return stem === undefined
      ? null
      : `plugins are TypeScript: write ${stem}.ts and name it module = "${stem}"`
  },
)

/** `[x.metadata]` */
export const metadataRule = tableShape({ 'module?': one(moduleName) }, ({ module = null }) => ({ module }))
