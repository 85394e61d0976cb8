import { configure } from 'arktype/config'

// To be imported before arktype itself: without it arktype compiles each schema, which takes longer than to walk it.
configure({ jitless: true })
