/** Tunes the JavaScript engine for work on many files, before the first of it. What asks and prints little ends before
 *  compiled code pays, and the program is built for that; work compiles early, but never with the engine's last and
 *  dearest compiler: that took a fifth of the processor time of a pass over 20,000 files and gave nothing back.
 *
 *  The last compiler can only be switched off by the environment that a process begins with, so the program begins
 *  anew in its own process: the same number, the same open files, six milliseconds. Where that is refused it goes on
 *  as it is. */
export const tuneEngineForWork = (environment: Environment): void => {
  Bun.unsafe.setJITPolicy(1)
  if (environment[lastCompiler] === undefined) beginAnew(environment)
  delete environment[lastCompiler]
}

type Environment = Record<string, string | undefined>

/** Its value is not handed on to the programs that are started. */
const lastCompiler = 'BUN_JSC_useFTLJIT'

/** Words that are not UTF-8 would not arrive as they are. */
const beginAnew = (environment: Environment): void => {
  const words = process.argv.slice(2)
  const isCompiled = process.argv[1]?.startsWith('/$bunfs/') === true
  if (!isCompiled || process.execve === undefined || words.some((word) => word.includes('\ufffd'))) return
  try {
    process.execve(process.execPath, [process.argv0, ...words], { ...environment, [lastCompiler]: '0' })
  } catch {}
}
