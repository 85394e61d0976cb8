import { checkTogether, type FilePlaces } from './check-together.ts'
import type { Config } from './config.ts'
import { ConfigFault, type Problem } from './problem.ts'
import type { Rules } from './rules.ts'

/** Config and rules that fit together, and what is worth a warning about them. */
export type Setup = {
  readonly config: Config
  readonly rules: Rules
  readonly warnings: readonly Problem[]
  /** Where things stand in config.toml, for rules that are read again later. */
  readonly configPlaces: FilePlaces
}

type Read<Value> = { readonly value: Value; readonly places: FilePlaces }

/** Throws a ConfigFault with what does not fit. */
export const setupOf = (config: Read<Config>, rules: Read<Rules>, asRoot: boolean): Setup => {
  const places = { config: config.places, rules: rules.places }
  const { errors, warnings } = checkTogether(config.value, rules.value, places, asRoot)
  if (errors.length > 0) throw new ConfigFault(errors)
  return { config: config.value, rules: rules.value, warnings, configPlaces: config.places }
}
