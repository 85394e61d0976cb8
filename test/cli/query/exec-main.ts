/** The command alone as a program: `exec-main.ts SCRIPT [args]`. */
import { Fault } from '../../../src/domain/fault.ts'
import { exec } from '../../../src/cli/exec.ts'

const [script = '', ...args] = process.argv.slice(2)
const nothing = () => {}
const running = exec.run(
  { positional: [script, ...args], others: new Map(), flag: () => false, text: () => undefined, list: () => [] },
  {
    out: nothing, err: (text) => void process.stderr.write(text), isTerminal: false, cwd: process.cwd(), env: {},
    configPath: 'config.toml', version: 'test', signal: new AbortController().signal, actor: 'test',
  },
)
process.on('SIGTERM', nothing)
void running.then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(error instanceof Fault ? `${error.message}\n` : `bug: ${String(error)}\n`)
    process.exit(1)
  },
)
