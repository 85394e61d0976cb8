import { joinPath, type Path } from '../../domain/path.ts'
import { configText } from './config-text.ts'
import { pluginText } from './plugin-text.ts'
import { rulesText } from './rules-text.ts'

export type ScaffoldOptions = {
  /** The project's directory. */
  readonly directory: Path
  /** The declarations of the module `carbonation`, for editors. */
  readonly editorTypes: string
}

/** The directory that the scaffold's config watches. */
export const deliveryName = 'delivery'

/** The files of a new project, in the order in which they are read. */
export const scaffold = ({ directory, editorTypes }: ScaffoldOptions): readonly { path: Path; text: string }[] =>
  Object.entries({
    'config.toml': configText,
    'rules.toml': rulesText,
    'plugins/file_model.ts': pluginText,
    // Where editors look for an imported package; at run time the program's own module is what is imported.
    'plugins/node_modules/carbonation/index.d.ts': editorTypes,
  }).map(([name, text]) => ({ path: joinPath(directory, name), text }))
