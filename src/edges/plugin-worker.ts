/** The thread that runs the plugins. It is started, and replaced when it dies, by plugin-host.ts. */
import { readlinkSync } from 'node:fs'
import type { FromPluginWorker, ToPluginWorker } from '../plugin/messages.ts'
import { offerCarbonation } from './carbonation-module.ts'
import { callRunner, type CallRunner } from './plugin-calls.ts'
import { pluginRoot } from './plugin-errors.ts'
import { pulseMs } from './plugin-limits.ts'
import { loadPlugins } from './plugin-loading.ts'
import { redirectPrinting } from './plugin-printing.ts'

declare const self: Worker

/** What `import … from 'carbonation'` gives a plugin at run time: nothing, it has types alone. */
const exportsForPlugins = {}

let runner: CallRunner | null = null

const tell = (message: FromPluginWorker) => self.postMessage(message)

const load = async ({ directory, timeoutMs, board: shared }: Extract<ToPluginWorker, { is: 'load' }>) => {
  const root = pluginRoot(directory)
  const board = new Int32Array(shared)
  const pulse = setInterval(() => Atomics.add(board, 0, 1), pulseMs(timeoutMs))
  const loaded = await loadPlugins(root, timeoutMs, (file) => {
    Atomics.add(board, 0, 1)
    tell({ is: 'loading', file })
  })
  clearInterval(pulse)
  if ('problems' in loaded) return tell({ is: 'refused', problems: loaded.problems })
  const { modules, description } = loaded
  const { columns } = description
  runner = callRunner({ root, modules, columns, timeoutMs, board, send: (answers) => tell({ is: 'answers', answers }) })
  tell({ is: 'loaded', description })
}

self.onmessage = ({ data }: MessageEvent<ToPluginWorker>) => {
  if (data.is === 'load') void load(data)
  else runner?.add(data.calls)
}

const ownThread = (): string | null => {
  try {
    return readlinkSync('/proc/thread-self')
  } catch {
    return null
  }
}

offerCarbonation(exportsForPlugins)
redirectPrinting((text) => tell({ is: 'printed', text }))
tell({ is: 'started', thread: ownThread() })
