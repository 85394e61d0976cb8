import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Path } from '../../src/domain/path.ts'

/** A project that both programs understand: two watches, three archives, a plugin in each language. */
export const writeProject = (root: Path, database: string): void => {
  for (const directory of ['delivery', 'solo', 'archive', 'keep']) mkdirSync(join(root, directory), { recursive: true })
  const texts = { 'config.toml': configText(database), 'rules.toml': rulesText, 'plugins/file_model.py': pythonPlugin, 'plugins/file_model.ts': plugin }
  for (const [name, text] of Object.entries(texts)) put(root, name, text)
}

export const put = (root: Path, name: string, text: string): void => {
  mkdirSync(dirname(join(root, name)), { recursive: true })
  writeFileSync(join(root, name), text)
}

/** What is delivered before each pass of the Python package, and what is done in between: a path with its content, null
 *  for what is taken away. */
export const deliveries: readonly Readonly<Record<string, string | null>>[] = [
  {
    ...pair('a', { category: 'alpha', orbit: 7, ticks: 9007199254740993n, score: 1.5, good: true, remark: 'ünï "quoted"', extra: { k: [1, null] } }),
    ...pair('nowish', { orbit: 1 }),
    ...pair('failing', { category: 'blocked' }),
    ...pair('nokey', { category: 'alpha', good: false }),
    ...pair('sub/deep', { category: 'beta' }),
    'delivery/x/met.txt': 'met in x\n', 'delivery/y/met.json': '{"category": "beta"}',
    'delivery/small.txt': '.\n', 'delivery/half.txt': 'its other half is to come\n', 'delivery/gone.txt': 'taken away before it was whole\n',
    'delivery/late.txt': 'its time runs out\n', ...pair('removed', { category: 'gamma' }), ...pair('changed', { category: 'gamma' }),
    'solo/one.dat': 'moved away\n', 'archive/blocked': 'a file where a directory is wanted\n',
    'archive/before/old.json': '{"category": "before"}', 'archive/before/old.txt': 'it stood there before\n',
  },
  {
    ...pair('pending', { category: 'blocked' }),
    'delivery/gone.txt': null, 'delivery/removed.txt': null, 'delivery/removed.json': null,
    'delivery/changed.txt': 'other text, delivered again\n',
  },
]

/** What is mended and delivered after the adoption, for this program's first pass. */
export const afterwards: Readonly<Record<string, string | null>> = {
  'archive/blocked': null, 'delivery/half.json': '{"category": "alpha"}',
}

/** Brings it about on disk. */
export const deliver = (root: Path, files: Readonly<Record<string, string | null>>): void => {
  for (const [name, text] of Object.entries(files)) {
    if (text === null) rmSync(join(root, name), { force: true })
    else put(root, name, text)
  }
}

function pair(name: string, metadata: Readonly<Record<string, unknown>>): Record<string, string> {
  const json = JSON.stringify(metadata, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
  return { [`delivery/${name}.txt`]: `text of ${name}\n`, [`delivery/${name}.json`]: json.replace(/"(\d+)n"/g, '$1') }
}

const configText = (database: string): string => `
[service]
retry_delay = "1s"
max_retries = 1
[logging]
level = "WARNING"
[database]
${database}
[plugins]
directory = "plugins"
[rules]
file = "rules.toml"
[[watch]]
name = "pairs"
type = "signal"
path = "delivery"
recursive = true
rules = "pairs"
archive = "main"
settle_seconds = 0.1
[[watch]]
name = "solo"
path = "solo"
rules = "solo"
archive = "flat"
settle_seconds = 0.1
[[archive]]
name = "main"
base_path = "archive"
destination = "{category}"
action = "copy"
[[archive]]
name = "strict"
base_path = "archive"
destination = "{absent}"
action = "copy"
[[archive]]
name = "flat"
base_path = "keep"
destination = "flat"
action = "move"
`

const rulesText = `
[[pairs.integrity]]
type = "min_size"
value = 3
[pairs.completeness]
group_by = "stem"
expected_extensions = [".txt", ".json"]
primary_extension = ".json"
timeout_minutes = 60
on_timeout = "skip"
[pairs.metadata]
module = "file_model"
[[pairs.selection]]
has_keys = ["category"]
[[pairs.routing]]
match = "nokey*"
archive = "strict"
[solo]
`

const pythonPlugin = `import json
from datetime import datetime
from sqlalchemy import BigInteger, Boolean, DateTime, Float, Integer, JSON, String, Text
from sqlalchemy.orm import Mapped, mapped_column
from carbonation.db.models import FileBase


class File(FileBase):
    __tablename__ = "files"
    start: Mapped[datetime | None] = mapped_column(DateTime, nullable=True)
    category: Mapped[str | None] = mapped_column(String(255), nullable=True, index=True)
    orbit: Mapped[int | None] = mapped_column(Integer, nullable=True)
    ticks: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    score: Mapped[float | None] = mapped_column(Float, nullable=True)
    good: Mapped[bool | None] = mapped_column(Boolean, nullable=True)
    remark: Mapped[str | None] = mapped_column(Text, nullable=True)
    extra: Mapped[dict | None] = mapped_column(JSON, nullable=True)
    legacy: Mapped[str | None] = mapped_column(String(80), nullable=True)


def extract(file_paths):
    path = next(p for p in file_paths if p.suffix == ".json")
    return {**json.loads(path.read_text()), "legacy": path.stem.upper()}
`

/** Without the column \`legacy\`: what a plugin left behind is kept, too. */
const plugin = `export const columns = {
  start: { type: 'datetime' }, category: { type: 'string', index: true }, orbit: { type: 'integer' }, ticks: { type: 'bigint' },
  score: { type: 'float' }, good: { type: 'boolean' }, remark: { type: 'text' }, extra: { type: 'json' },
}
export const extract = async (paths: string[]) => {
  const path = paths.find((one) => one.endsWith('.json'))
  if (path === undefined) throw new Error('no .json')
  const { category, orbit, score, good, remark, extra } = await Bun.file(path).json()
  return { category, orbit, score, good, remark, extra }
}
`
