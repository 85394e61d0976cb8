// `npm run build`: makes dist/carbonation, one file, from a clone and nothing but Node and npm.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const { version, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** The pinned Bun that npm installed. */
export const bun = join(root, 'node_modules/bun/bin/bun.exe')

/** Runs a program in the clone and shows what it prints; true when it ended well. */
export const run = (program, ...args) => {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit' })
  if (error) console.error(`${program} does not start: ${error.message}`)
  return status === 0
}

/** Makes sure that what package-lock.json names is installed, Bun's binary included. */
export const prepare = () => {
  if (!isInstalled() && !run('npm', 'ci', '--include=dev', '--include=optional')) return false
  // npm may hold install scripts back, and Bun's is what puts its binary in place.
  if (!isBunReady()) run(process.execPath, 'node_modules/bun/install.js')
  if (isBunReady()) return true
  console.error(`Bun ${devDependencies.bun} is not usable: remove node_modules and try again`)
  return false
}

/** Compiles the program. It appears at once under its name, so a copy that is running is not disturbed. */
export const build = () => {
  mkdirSync(join(root, 'dist'), { recursive: true })
  const fresh = mkdtempSync(join(root, 'dist/.build-'))
  try {
    if (!run(bun, ...compileArgs(join(fresh, 'carbonation')))) return false
    renameSync(join(fresh, 'carbonation'), join(root, 'dist/carbonation'))
    return true
  } finally {
    rmSync(fresh, { recursive: true })
  }
}

// What a binary must not do is read the .env and bunfig.toml of the directory it is started in.
const compileArgs = (outfile) => [
  'build', 'src/main.ts', ...workers(), '--compile', `--outfile=${outfile}`,
  '--minify-syntax', '--minify-whitespace', '--bytecode', '--format=esm', '--sourcemap',
  // What a command does not import, it does not load either.
  '--splitting',
  '--define', 'process.env.NODE_ENV="production"', '--define', `CARBONATION_VERSION="${version}"`,
  '--no-compile-autoload-dotenv', '--no-compile-autoload-bunfig', '--compile-autoload-package-json',
  // Most runs live a few seconds at most, in several threads: they are over before optimised code pays.
  '--compile-jit-policy=40',
  // Every entry point stands beside the program, where `new URL('./x-worker.ts', import.meta.url)` finds it.
  '--entry-naming=[name].[ext]',
]

const workers = () =>
  readdirSync(join(root, 'src/edges')).filter((name) => name.endsWith('-worker.ts')).map((name) => `src/edges/${name}`)

const isInstalled = () => {
  const wanted = packagesOf('package-lock.json')
  const installed = packagesOf('node_modules/.package-lock.json')
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  )
}

const packagesOf = (lockFile) => {
  try {
    return JSON.parse(readFileSync(join(root, lockFile), 'utf8')).packages
  } catch {
    return {}
  }
}

const isBunReady = () => spawnSync(bun, ['--version'], { encoding: 'utf8' }).stdout?.trim() === devDependencies.bun

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) process.exitCode = prepare() && build() ? 0 : 1
