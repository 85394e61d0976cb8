import { archiveAccept } from './archive-accept.ts'
import { checkConfig } from './check-config.ts'
import { checkRules } from './check-rules.ts'
import type { Command } from './command.ts'
import { dbBackup } from './db-backup.ts'
import { dbCheck } from './db-check.ts'
import { dbCopy } from './db-copy.ts'
import { dbInit } from './db-init.ts'
import { dbStatus } from './db-status.ts'
import { dbUpgrade } from './db-upgrade.ts'
import { dismiss } from './dismiss.ts'
import { exec } from './exec.ts'
import { explain } from './explain.ts'
import { extract } from './extract.ts'
import { init } from './init.ts'
import { queryComponents } from './query-components.ts'
import { queryFiles } from './query-files.ts'
import { reconcileArchive } from './reconcile-archive.ts'
import { reconcileDelivery } from './reconcile-delivery.ts'
import { release } from './release.ts'
import { retry } from './retry.ts'
import { run } from './run.ts'
import { status } from './status.ts'

/** Every command, in the order in which `--help` lists them. */
export const commands: readonly Command[] = [
  init,
  checkConfig,
  dbInit,
  dbUpgrade,
  dbStatus,
  dbCheck,
  dbBackup,
  dbCopy,
  run,
  status,
  explain,
  queryFiles,
  queryComponents,
  retry,
  release,
  dismiss,
  extract,
  checkRules,
  reconcileDelivery,
  reconcileArchive,
  archiveAccept,
  exec,
]
