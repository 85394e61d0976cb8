import { resolve } from 'node:path'
import { command, exit } from './command.ts'
import { initProject } from './init/init-project.ts'

/** Writes what a project begins with; what exists is kept. */
export const init = command({
  usage: 'init',
  summary: 'Write config.toml, rules.toml, a plugin and the delivery directory of a new project',
  options: {
    '--dir <directory>': 'Where (default: here)',
    '--systemd': 'Write carbonation.service as well, filled from the config',
    '--user <user>': 'Whom the service runs as (default: carbonation)',
  },
  async run(args, io) {
    const { openConfig, programFile, projectFiles } = await import('../compose.ts')
    const { editorTypes } = await import('../plugin/editor-types.ts')
    const systemd = args.flag('systemd') ? { user: args.text('user') ?? 'carbonation', binary: programFile() } : null
    await initProject(
      { directory: resolve(io.cwd, args.text('dir') ?? '.'), editorTypes: editorTypes(), systemd },
      { ...projectFiles, readConfig: async (file) => openConfig({ ...io, configPath: file }), print: (line) => io.out(`${line}\n`) },
    )
    return exit.ok
  },
})
