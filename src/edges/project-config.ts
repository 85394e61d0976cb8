import { homedir } from 'node:os'
import { resolve } from 'node:path'
import type { Config } from '../config/config.ts'
import { loadPlainConfig } from '../config/load-plain-config.ts'
import type { Path } from '../domain/path.ts'
import { configFiles } from './config-files.ts'

/** The config of a project for a program that names its file; relative to where the program runs. */
export const projectConfig = (file: Path): Promise<Config> =>
  loadPlainConfig(configFiles, { path: resolve(file), name: file, home: homedir() })
