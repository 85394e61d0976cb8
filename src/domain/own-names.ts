import { baseName, type Path } from './path.ts'

/** The hidden file that a watch with `canary = true` makes in its root and removes at once. */
export const canaryName = '.carbonation-canary'

/** Whether a path is our own and nobody's delivery, whatever the patterns say. */
export const isOwnFile = (path: Path): boolean => path.endsWith(canaryName) && baseName(path) === canaryName
