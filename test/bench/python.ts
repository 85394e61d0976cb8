import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writePairs } from './corpora.ts'
import { projectIn, rulesText } from './project.ts'
import type { Finish } from './race.ts'
import { spend, type Spent } from './spend.ts'
import type { Workshop } from './workshop.ts'

const installLimitMs = 300_000

export type PythonJob = {
  readonly folder: string
  /** How many groups it is given, and for how many it is to be told. */
  readonly groups: number
  readonly toldFor: number
  readonly workshop: Workshop
  readonly tell: (text: string) => void
}

/** The Python package with an equivalent plugin, once, on fewer groups. What it costs to start, a pass over nothing, is
 *  taken off before the rest is scaled, and put on again. */
export const pythonFinish = async ({ folder, groups, toldFor, workshop, tell }: PythonJob): Promise<Finish> => {
  const name = 'python carbonation 0.0.1'
  if (groups === 0) return { name, spent: [], remark: 'left out', failed: false }
  if (Bun.which('python3') === null) return { name, spent: [], remark: 'left out: there is no python3', failed: false }
  try {
    const program = await install(folder, workshop, tell)
    tell(`python: nothing, then ${groups} groups`)
    const idle = await runOn(join(folder, 'nothing'), 0, program, workshop)
    const busy = await runOn(join(folder, 'some'), groups, program, workshop)
    return {
      name, spent: [scaled(idle, busy, toldFor / groups)],
      remark: `ran once on ${groups} groups and once on none; the difference is scaled to ${toldFor} groups`,
      failed: false,
    }
  } catch (error) {
    return { name, spent: [], remark: `left out: ${error instanceof Error ? error.message : String(error)}`, failed: false }
  }
}

const scaled = (idle: Spent, busy: Spent, times: number): Spent => ({
  wallMs: idle.wallMs + (busy.wallMs - idle.wallMs) * times,
  cpuMs: idle.cpuMs + (busy.cpuMs - idle.cpuMs) * times,
  rssBytes: busy.rssBytes,
})

const install = async (folder: string, workshop: Workshop, tell: (text: string) => void): Promise<string> => {
  const venv = join(folder, 'venv')
  const order = (...command: string[]) => ({ command, cwd: folder, limitMs: installLimitMs })
  tell('installing the Python package')
  await spend(order('python3', '-m', 'venv', venv), workshop)
  await spend(order(join(venv, 'bin/python'), '-m', 'pip', 'install', '--quiet', 'carbonation==0.0.1'), workshop)
  return join(venv, 'bin/carbonation')
}

const runOn = async (folder: string, groups: number, program: string, workshop: Workshop): Promise<Spent> => {
  const delivery = join(folder, 'delivery')
  mkdirSync(join(folder, 'plugins'), { recursive: true })
  writePairs(delivery, groups)
  writeFileSync(join(folder, 'config.toml'), configText)
  writeFileSync(join(folder, 'rules.toml'), rulesText('pairs'))
  writeFileSync(join(folder, 'plugins/file_model.py'), pluginText)
  await spend({ command: [program, 'db', 'init'], cwd: folder }, workshop)
  const spent = await spend({ command: [program, 'run', '--once'], cwd: folder }, workshop)
  if (groups > 0) projectIn(folder).requireArchived(2 * groups)
  rmSync(folder, { recursive: true })
  return spent
}

const configText = `
[logging]
level = "WARNING"

[database]
drivername = "sqlite"
name = "carbonation.db"

[plugins]
directory = "plugins"

[rules]
file = "rules.toml"

[[watch]]
name = "bench"
path = "delivery"
patterns = ["*.dat", "*.json"]
rules = "bench"
archive = "bench"
settle_seconds = 0.1

[[archive]]
name = "bench"
base_path = "archive"
destination = "{category}/{day}"
action = "copy"
file_mode = 0o640
dir_mode = 0o750
`

/** Times as text, since that version cannot store the metadata of a group with datetimes. */
const pluginText = `import json
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column
from carbonation.db.models import FileBase


class File(FileBase):
    __tablename__ = "files"
    start: Mapped[str | None] = mapped_column(String(255), nullable=True)
    stop: Mapped[str | None] = mapped_column(String(255), nullable=True)
    day: Mapped[str | None] = mapped_column(String(255), nullable=True)
    category: Mapped[str | None] = mapped_column(String(255), nullable=True, index=True)
    source: Mapped[str | None] = mapped_column(String(255), nullable=True)


def extract(file_paths):
    path = next(p for p in file_paths if p.suffix == ".json")
    data = json.loads(path.read_text())
    return {key: data[key] for key in ("start", "stop", "day", "category", "source")}
`
