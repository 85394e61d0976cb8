import type { Project } from './project.ts'
import { race, type Contender, type Finish } from './race.ts'
import type { Result } from './result.ts'
import type { Sizes } from './sizes.ts'
import type { PlaceName, Workshop } from './workshop.ts'
import { settleDisk } from './peers.ts'

/** One question to the stopwatch. */
export type Bench = {
  readonly name: string
  readonly summary: string
  run(bench: Context): Promise<Result[]>
}

export type Context = {
  readonly sizes: Sizes
  /** The compiled program. */
  readonly program: string
  readonly workshop: Workshop
  /** Progress. */
  readonly tell: (text: string) => void
}

export const raceOf = (contenders: readonly Contender[], context: Context, runs = context.sizes.runs): Promise<Finish[]> =>
  race(contenders, { ...context, runs })

/** One pass of the program over a project that it has never seen. */
export const firstPass = (name: string, project: Project, files: number, { program, place }: {
  readonly program: string
  readonly place: PlaceName
}): Contender => ({
  name,
  order: { command: [program, 'run', '--once'], cwd: project.folder },
  before: () => settleDisk(place),
  after: () => {
    try {
      project.requireArchived(files)
    } finally {
      project.reset()
    }
  },
})
