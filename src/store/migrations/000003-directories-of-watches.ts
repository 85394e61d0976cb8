import type { Dialect } from '../dialects/dialect.ts'

/** What is in the delivery of a watch is found by its directory, too: a look at one watch does not have to go through the
 *  directories of all others. Where an engine has no indexes of some rows, what would choose them stands in the index. */
export const directoriesOfWatches = (type: Dialect): string[] => {
  const some = type.only('in_delivery = 1 and current_digest is not null')
  const columns = 'watch_name, directory_digest'
  return [
    `create index ix_components_watch on file_components
      (${some === '' ? `in_delivery, ${columns}, current_digest` : columns}) ${some}`,
    'drop index if exists ix_components_in_delivery',
  ]
}
