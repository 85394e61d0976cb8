import type { TomlPath } from './toml-lines.ts'

type Context = {
  error(input: { problem: string; expected: string; relativePath: (string | number)[] }): unknown
}

/** Says no within a `pipe`: `problem` reads on from the path of the value at `at`. What it gives is to be
 *  returned; arktype knows it for its own error, which the inferred type leaves out. */
export const refuse = (ctx: Context, at: TomlPath, problem: string): never =>
  ctx.error({ problem, expected: problem, relativePath: [...at] }) as never
