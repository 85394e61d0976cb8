import { configure } from 'arktype/config'

// To be imported before arktype itself, which otherwise compiles each schema: longer than to walk it once.
configure({ jitless: true })
