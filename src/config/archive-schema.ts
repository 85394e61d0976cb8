import { type } from './ark.ts'
import { leaf } from './leaf.ts'
import { flag, mode, oneOf, path, text } from './leaves.ts'

/** A directory mode without `w` lets only root add the next file. */
const directoryModes = [0o700, 0o750, 0o755, 0o770, 0o777, 0o500, 0o550, 0o555]
const fileModes = [0o440, 0o444, 0o600, 0o640, 0o644, 0o660, 0o666]

export const archiveKeys = {
  name: text('the name of the archive'),
  destination: leaf('a template such as "{category}/{start:%Y%m%d}"', (found) =>
    typeof found === 'string' && !/[\0-\x1f\x7f]/.test(found) ? found : undefined,
  ),
  'base_path?': path,
  action: oneOf('copy', 'move', 'hardlink', 'symlink').default('copy'),
  create_directories: flag.default(true),
  file_mode: mode(...fileModes).default(0o440),
  dir_mode: mode(...directoryModes).default(0o750),
  verify: oneOf('none', 'readback').default('none'),
} as const

/** One `[[archive]]`. */
export const archiveSchema = type({ '+': 'reject', ...archiveKeys })
