import { type } from './ark.ts'
import { ark } from './ark-leaf.ts'
import { leaf } from './leaf.ts'

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

export const metadataKeys = { 'module?': ark(moduleName) } as const

export const metadataRule = type({ '+': 'reject', ...metadataKeys })
