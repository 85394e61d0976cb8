import { Console } from 'node:console'
import { Writable } from 'node:stream'

/** The most that one piece of printed text may hold, and how many pieces are passed on before the thread comes to
 *  rest: a plugin that prints without end must not fill the memory. */
const maxTextLength = 8192
const maxTextsAtOnce = 1000

/** Sends what this thread prints elsewhere, since stdout belongs to the program's results. */
export const redirectPrinting = (print: (text: string) => void): void => {
  let printed = 0
  const forget = () => {
    if (printed > maxTextsAtOnce) print(`… ${printed - maxTextsAtOnce} more lines were printed\n`)
    printed = 0
  }
  const take = (chunk: unknown): void => {
    if (printed === 0) setImmediate(forget)
    printed += 1
    if (printed <= maxTextsAtOnce) print(String(chunk).slice(0, maxTextLength))
  }
  const sink = new Writable({ decodeStrings: false, write: (chunk, _encoding, done) => done(void take(chunk)) })
  const elsewhere = new Console({ stdout: sink, stderr: sink })
  for (const key of Object.keys(console) as (keyof Console)[]) {
    const method: unknown = elsewhere[key]
    if (typeof method === 'function') Object.assign(console, { [key]: method.bind(elsewhere) })
  }
  const write = (chunk: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
    take(typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk))
    const done = rest.at(-1)
    if (typeof done === 'function') done()
    return true
  }
  Object.assign(process.stdout, { write })
  Object.assign(process.stderr, { write })
}
