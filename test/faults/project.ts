import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Scenario, Tree } from './corpus.ts'

/** A project in a folder of its own: delivery/, archive/ and a ledger. */
export type Project = {
  readonly root: string
  /** Everything as it was before the fault, at the same paths. */
  restore(): void
}

/** The program that is tested. */
export const binary = process.env['CARBONATION_BINARY'] ?? join(import.meta.dir, '../../dist/carbonation')

type Settings = { readonly archive?: string; readonly watch?: string; readonly service?: string }

type Ways = { readonly action: string; readonly onRedelivery: string }

export const configOf = ({ action, onRedelivery }: Ways, more: Settings = {}): string => `
[service]
workers = 1
max_retries = 1000
retry_delay = "1s"
${more.service ?? ''}
[database]
drivername = "sqlite"
name = "ledger.db"
[plugins]
directory = "plugins"
[rules]
file = "rules.toml"
[[watch]]
name = "w"
path = "delivery"
recursive = true
patterns = ["*.txt", "*.json"]
rules = "pairs"
archive = "main"
settle_seconds = 0.05
veto_open = false
redelivery_wait = "0.1s"
on_redelivery = "${onRedelivery}"
${more.watch ?? ''}
[[archive]]
name = "main"
base_path = "archive"
destination = "{category}"
action = "${action}"
file_mode = 0o660
${more.archive ?? ''}
`

const rules = `
[[pairs.integrity]]
type = "min_size"
value = 6
[pairs.completeness]
group_by = "stem"
expected_extensions = [".txt", ".json"]
primary_extension = ".json"
timeout_minutes = 60
on_timeout = "warn"
[pairs.metadata]
module = "pairs"
[[pairs.selection]]
has_keys = ["category"]
`

const plugin = `
import { readFileSync } from 'node:fs'
export const columns = { category: { type: 'string' } }
export const extract = async (paths) => ({
  category: JSON.parse(readFileSync(paths.find((one) => one.endsWith('.json')), 'utf8')).category,
})
`

export const writeProject = (root: string, scenario: Ways & { readonly strangers: Tree }, more: Settings = {}): void => {
  writeTree(root, { 'config.toml': configOf(scenario, more), 'rules.toml': rules, 'plugins/pairs.ts': plugin })
  mkdirSync(join(root, 'delivery'), { recursive: true })
  mkdirSync(join(root, 'archive'), { recursive: true })
  writeTree(join(root, 'archive'), scenario.strangers)
}

/** A scenario, ready for the run that is to meet a fault. */
export const openProject = (root: string, scenario: Scenario): Project => {
  const saved = `${root}.saved`
  rmSync(root, { recursive: true, force: true })
  rmSync(saved, { recursive: true, force: true })
  writeProject(root, scenario)
  writeTree(join(root, 'delivery'), scenario.before)
  if (scenario.hasRun) {
    const { exitCode, stderr } = runOnce(root)
    if (exitCode !== 0) throw new Error(`the run before the fault failed: ${stderr}`)
  }
  writeTree(join(root, 'delivery'), scenario.delivery)
  copyTree(root, saved)
  return {
    root,
    restore: () => {
      rmSync(root, { recursive: true, force: true })
      copyTree(saved, root)
    },
  }
}

/** With modification times to the nanosecond, as the ledger has them. */
const copyTree = (from: string, to: string): void => {
  const { exitCode, stderr } = Bun.spawnSync(['cp', '-a', from, to])
  if (exitCode !== 0) throw new Error(stderr.toString())
}

export type RunEnd = { readonly exitCode: number; readonly stderr: string; readonly killed: boolean }

/** One pass, behind other programs where some are given. */
export const runOnce = (root: string, before: readonly string[] = []): RunEnd => {
  const { exitCode, stderr, signalCode } = Bun.spawnSync([...before, binary, 'run', '--once'], {
    cwd: root, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe', timeout: 60_000,
  })
  return { exitCode: exitCode ?? -1, stderr: stderr.toString(), killed: signalCode === 'SIGKILL' || exitCode === 137 }
}

/** What a tree holds, by relative path; what is carbonation's own is left out. */
export const readTree = (root: string, below = ''): Record<string, string> => {
  const found: Record<string, string> = {}
  for (const name of existsSync(join(root, below)) ? readdirSync(join(root, below)) : []) {
    const path = join(below, name)
    if (name === '.carbonation') continue
    if (lstatSync(join(root, path)).isDirectory()) Object.assign(found, readTree(root, path))
    else found[path] = readFileSync(join(root, path), 'utf8')
  }
  return found
}

export const writeTree = (root: string, tree: Tree): void => {
  for (const [path, content] of Object.entries(tree)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
}
