import { one } from './field.ts'
import { leaf } from './leaf.ts'
import { flag, mode, oneOf, path, text } from './leaves.ts'

/** A directory mode without `w` lets only root add the next file. */
const directoryModes = [0o700, 0o750, 0o755, 0o770, 0o777, 0o500, 0o550, 0o555]
const fileModes = [0o440, 0o444, 0o600, 0o640, 0o644, 0o660, 0o666]

/** One `[[archive]]`. */
export const archiveKeys = {
  name: one(text('the name of the archive')),
  destination: one(leaf('a template such as "{category}/{start:%Y%m%d}"', (found) =>
    typeof found === 'string' && !/[\0-\x1f\x7f]/.test(found) ? found : undefined,
  )),
  'base_path?': one(path),
  action: one(oneOf('copy', 'move', 'hardlink', 'symlink'), 'copy'),
  create_directories: one(flag, true),
  file_mode: one(mode(...fileModes), 0o440),
  dir_mode: one(mode(...directoryModes), 0o750),
  verify: one(oneOf('none', 'readback'), 'none'),
} as const
