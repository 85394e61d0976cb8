import { Glob } from 'bun'
import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'

/** Who may import whom: a room imports from itself and from the steps above its own in this list, never from
 *  its neighbours. Types count as much as values. */
const steps = [
  ['domain', 'plugin/contract'],
  ['world', 'config'],
  ['store', 'pipeline', 'plugin'],
  ['edges'],
  ['service'],
  ['compose'],
  ['api'],
  ['cli'],
  ['main'],
]

/** What only computes and may be used anywhere but in domain/. */
const harmlessModules = ['node:path', 'node:crypto', 'node:util', 'node:url']
const machineWords =
  /\bBun\.(file|write|spawn\w*|sleep\w*|SQL|serve|connect|listen|std\w+|dlopen)\b|\bnew (Worker|Database)\b|\bfetch\(/g
const clockWords = /\bDate\.now\b|\bnew Date\b(?!\([^)])|\bperformance\.now\b|\bBun\.nanoseconds\b|\bhrtime\b/g

/** `text` has strings but no comments; `words` has neither. Of templates both keep only the code inside. */
type Source = { readonly file: string; readonly text: string; readonly words: string; readonly imports: readonly string[] }

const src = join(import.meta.dir, '../src')

/** The code without its comments and the words of its templates, so that only what runs or is imported is seen. */
const bare = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g, (piece) => {
    if (piece.startsWith('`')) return [...piece.matchAll(/\$\{([^}]*)\}/g)].map(([, code]) => `(${code})`).join()
    return piece.startsWith('/') ? '' : piece
  })

const withoutStrings = (text: string): string => text.replace(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, "''")

/** What a file imports: static, for side effects, lazily, and as a worker. Relative ones as paths below src/. */
const importsOf = (file: string, text: string): string[] => {
  const forms = /\bfrom\s*'([^']+)'|\bimport\s*\(?\s*'([^']+)'|\bnew URL\(\s*'([^']+)'/g
  return [...text.matchAll(forms)].map(([, from, alone, url]) => {
    const name = from ?? alone ?? url ?? ''
    return name.startsWith('.') ? join(file, '..', name) : name
  })
}

const sources: readonly Source[] = await Promise.all(
  [...new Glob('**/*.ts').scanSync(src)].toSorted().map(async (file) => {
    const text = bare(await Bun.file(join(src, file)).text())
    return { file, text, words: withoutStrings(text), imports: importsOf(file, text) }
  }),
)

/** The room a file stands in; the longest name that fits. */
const roomOf = (file: string): string | undefined => {
  const rooms = steps.flat().filter((room) => file === `${room}.ts` || file.startsWith(`${room}/`))
  return rooms.toSorted((a, b) => b.length - a.length)[0]
}

const stepOf = (room: string): number => steps.findIndex((rooms) => rooms.includes(room))
const isIn = (room: string) => ({ file }: Source): boolean => file.startsWith(`${room}/`)
const isWorker = ({ file }: Source): boolean => file.endsWith('-worker.ts')
const isLocal = (name: string): boolean => sources.some(({ file }) => file === name)

/** Each place where a rule is broken as `src/file.ts: what`; a test wants none. */
const broken = (files: readonly Source[], find: (source: Source) => Iterable<string>): string[] =>
  files.flatMap((source) => [...new Set(find(source))].map((what) => `src/${source.file}: ${what}`))
const wordsIn = (pattern: RegExp) => ({ words }: Source): string[] => [...words.matchAll(pattern)].map(([word]) => word)
const except = (...files: string[]): Source[] => sources.filter(({ file }) => !files.includes(file))

/** The line of an import, to tell types from values. */
const lineWith = (text: string, name: string): string => text.split('\n').find((line) => line.includes(`'${name}'`)) ?? ''

describe('the house', () => {
  test('every file stands in a room', () => {
    expect(sources.filter(({ file }) => roomOf(file) === undefined).map(({ file }) => file)).toEqual([])
  })

  test('imports go one way', () => {
    const isAllowed = (from: string, to: string) => from === to || stepOf(to) < stepOf(from)
    const wrong = broken(sources, ({ file, imports }) =>
      imports.filter(isLocal).flatMap((name) => {
        const [from, to] = [roomOf(file) ?? '', roomOf(name) ?? '']
        return isAllowed(from, to) ? [] : [`${from} must not import from ${to} (${name})`]
      }),
    )
    expect(wrong).toEqual([])
  })

  test('every import of our own names a file that is there', () => {
    const isOurs = (name: string) => name.startsWith('..') || name.endsWith('.ts')
    expect(broken(sources, ({ imports }) => imports.filter((name) => isOurs(name) && !isLocal(name)))).toEqual([])
  })

  test('domain/ is pure: it knows neither node: nor Bun nor the process', () => {
    const inside = sources.filter(isIn('domain'))
    expect(broken(inside, ({ imports }) => imports.filter((name) => /^(node:|bun\b)/.test(name)))).toEqual([])
    expect(broken(inside, wordsIn(/\bBun\.\w+|\bprocess\.\w+|\bimport\.meta\b/g))).toEqual([])
  })

  test('only edges/ touches the machine; main.ts and compose may ask for its name', () => {
    const outside = sources.filter((source) => !isIn('edges')(source))
    const mayUse = (file: string, name: string) =>
      harmlessModules.includes(name) || (name === 'node:os' && (file === 'main.ts' || file.startsWith('compose')))
    const modules = ({ file, imports }: Source) =>
      imports.filter((name) => /^(node:|bun$|bun:)/.test(name) && !mayUse(file, name))
    expect(broken(outside, modules)).toEqual([])
    expect(broken(outside, wordsIn(machineWords))).toEqual([])
  })

  test('only edges/clock.ts asks what time it is', () => {
    expect(broken(except('edges/clock.ts'), wordsIn(clockWords))).toEqual([])
  })

  test('only main.ts reads the environment', () => {
    expect(broken(except('main.ts'), wordsIn(/\b(process|Bun|import\.meta)\.env\b/g))).toEqual([])
  })

  test('only main.ts ends the process; in a worker, process.exit ends the worker alone', () => {
    const others = except('main.ts').filter((source) => !isWorker(source))
    expect(broken(others, wordsIn(/\bprocess\.(exit|abort|reallyExit|kill)\b/g))).toEqual([])
  })

  test('only config/ imports arktype, which costs 100 ms', () => {
    const outside = sources.filter((source) => !isIn('config')(source))
    const arktype = ({ imports }: Source) => imports.filter((name) => /^(arktype|@ark)(\/|$)/.test(name))
    expect(broken(outside, arktype)).toEqual([])
  })

  test('what asks and what runs does without arktype, unless something is wrong', () => {
    const reached = new Set<string>()
    const visit = (file: string): void => {
      if (reached.has(file)) return
      reached.add(file)
      const text = sources.find((one) => one.file === file)?.text ?? ''
      const lazily = file.startsWith('cli/') ? /\bimport\(\s*'([^']+)'/g : /(?!)/g
      for (const [, name] of [...text.matchAll(/\bfrom\s*'([^']+)'/g), ...text.matchAll(lazily)]) {
        if (name !== undefined && !/^import type[^\n]*$/m.test(lineWith(text, name))) visit(join(file, '..', name))
        if (name?.startsWith('arktype')) reached.add(name)
      }
    }
    const withArktype = ['cli/check-config.ts', 'cli/check-rules.ts', 'cli/cli.ts']
    for (const { file } of sources.filter(isIn('cli'))) if (!withArktype.includes(file)) visit(file)
    visit('api.ts')
    expect(reached).toContain('config/plain-config.ts')
    expect(reached).toContain('config/plain-rules.ts')
    expect([...reached].filter((name) => name === 'config/ark.ts' || name === 'arktype')).toEqual([])
  })

  test('every command is in the list of cli/cli.ts', () => {
    const commands = sources.filter(isIn('cli')).filter(({ text }) => /\bexport const \w+ = command\(/.test(text))
    const list = sources.find(({ file }) => file === 'cli/cli.ts')?.imports ?? []
    expect(commands.length).toBeGreaterThan(0)
    expect(commands.map(({ file }) => file).filter((file) => !list.includes(file))).toEqual([])
  })

  test('a worker is a file edges/*-worker.ts beside the one that starts it; so the build finds it', () => {
    const started = ({ text }: Source) => [...text.matchAll(/\bnew Worker\(([^)]*)\)/g)].map(([, from]) => from ?? '')
    const isFound = (from: string) => /^new URL\('\.\/[a-z-]+-worker\.ts', import\.meta\.url$/.test(from)
    expect(broken(sources, (source) => started(source).filter((from) => !isFound(from)))).toEqual([])
    expect(sources.filter(isWorker).map(({ file }) => file).filter((file) => !/^edges\/[^/]+$/.test(file))).toEqual([])
  })
})
