import { resolve } from 'node:path'
import { command } from './command.ts'

/** A program of the user, with `import … from 'carbonation'`. */
export const exec = command({
  usage: 'exec <script> [args…]',
  summary: "Run a TypeScript program that may import from 'carbonation'",
  async run({ positional: [script = '', ...args] }, io) {
    const { runScript } = await import('../edges/run-script.ts')
    const { offerCarbonation } = await import('../edges/carbonation-module.ts')
    offerCarbonation(await import('../api.ts'))
    return runScript({ path: resolve(io.cwd, script), args, complain: io.err })
  },
})
