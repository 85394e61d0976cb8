import { Fault } from '../../domain/fault.ts'
import { isWithin, parentOf, showPath, type Path } from '../../domain/path.ts'
import type { UnitPaths } from './unit-paths.ts'

export type UnitOptions = UnitPaths & {
  readonly user: string
  /** The running program. */
  readonly binary: Path
  readonly configFile: Path
}

/** The text of `carbonation.service`, see systemd.unit(5), systemd.service(5) and systemd.exec(5). A Fault
 *  where a unit file cannot name one of the paths or the user. */
export const systemdUnit = (options: UnitOptions): string => {
  const { user, binary, configFile, writable, mounts } = options
  for (const path of [binary, configFile, ...writable, ...mounts]) refuseUnnameable(path)
  if (!/^[A-Za-z_][A-Za-z0-9_.-]*\$?$|^[0-9]+$/.test(user)) throw new Fault(`"${user}" is no name of a user`)
  const touched = [binary, parentOf(configFile), ...writable, ...mounts]
  const touches = (...roots: Path[]): boolean =>
    touched.some((path) => roots.some((root) => isWithin(root, path)))
  const hidesHome = !options.readsSecrets && !touches('/home', '/root', '/run/user')

  return `[Unit]
Description=carbonation: notices delivered files and puts them where they belong
After=network.target remote-fs.target postgresql.service mariadb.service
RequiresMountsFor=${mounts.map(quotedPath).join(' ')}

[Service]
Type=notify
NotifyAccess=main
# The service says that it goes round; when it stands still for so long, it is started anew
WatchdogSec=300
User=${user}
WorkingDirectory=${parentOf(configFile).replaceAll('%', '%%')}
ExecStart=${quotedProgram(binary)} -c ${quotedWord(configFile)} run
Restart=on-failure
RestartSec=10
# Wrong usage is not mended by trying again
RestartPreventExitStatus=2
SyslogIdentifier=carbonation
# Calls into a network file system that does not answer cannot be taken back: threads in reserve
Environment=UV_THREADPOOL_SIZE=32
# These would make the program load other code
UnsetEnvironment=BUN_OPTIONS BUN_BE_BUN BUN_INSPECT
UMask=0027

# The file system is read-only but for these: database, log, archives, and deliveries that files are moved out
# of.
# They have to exist when the service starts; those that do not (as "-" allows) stay read-only until it starts
# again.
# After a change of config.toml: carbonation init --systemd in an empty directory shows what they should be.
ProtectSystem=strict
ReadWritePaths=${writable.map((path) => quotedPath(`-${path}`)).join(' ')}
ProtectHome=${hidesHome ? 'true' : 'read-only'}
PrivateTmp=${touches('/tmp', '/var/tmp') ? 'false' : 'true'}
PrivateDevices=${touches('/dev') ? 'false' : 'true'}
${user === 'root' ? '' : 'CapabilityBoundingSet=\n'}${hardening}
[Install]
WantedBy=multi-user.target
`
}

const hardening = `NoNewPrivileges=true
ProtectClock=true
ProtectControlGroups=true
ProtectHostname=true
ProtectKernelLogs=true
ProtectKernelModules=true
ProtectKernelTunables=true
ProtectProc=invisible
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=true
RestrictRealtime=true
RestrictSUIDSGID=true
LockPersonality=true
KeyringMode=private
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
# Not MemoryDenyWriteExecute=true: the program compiles while it runs, and without that it has no inotify, no
# durable
# publishing and no watchdog, and is several times as slow.
`

/** A unit file is lines of UTF-8. */
const refuseUnnameable = (path: Path): void => {
  if (path.isWellFormed() && !/\p{Cc}/u.test(path)) return
  throw unnameable(path, 'it has control characters or is not UTF-8')
}

const unnameable = (path: Path, reason: string): Fault =>
  new Fault(`a systemd unit cannot name ${JSON.stringify(showPath(path))}: ${reason}`, {
    remedy: 'rename it, or reach it through a symbolic link with a plain name',
  })

/** One path of a list. Backslashes stand for themselves there, so a quotation mark is put between single
 *  ones. */
const quotedPath = (path: Path): string => {
  const plain = path.replaceAll('%', '%%')
  return /[\s"';]/.test(plain) ? `"${plain.replaceAll('"', `"'"'"`)}"` : plain
}

/** The program: systemd takes no quotation marks or backslashes in its path, and no variables. */
const quotedProgram = (path: Path): string => {
  if (/["'\\]/.test(path)) throw unnameable(path, 'it has quotation marks or backslashes')
  return quotedPath(path)
}

/** One word of a command line, where backslashes escape and `$` begins a variable. */
const quotedWord = (word: string): string => {
  const plain = word.replaceAll('%', '%%').replaceAll('$', '$$$$')
  return /[\s"';\\]/.test(plain) ? `"${plain.replace(/[\\"]/g, '\\$&')}"` : plain
}
