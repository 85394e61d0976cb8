import './jitless.ts'

/** The schema library. It takes a while to import, so only what reads a config does, and only through here.
 */
export { type, type Type } from 'arktype'
