/** What the last event of a component has in a column, as SQL. Ordered by a sum: a server that knows nothing of its
 *  tables yet would else walk through all events backwards by their ids, once for each component. */
export const lastEvent = (column: 'at' | 'to_status' | 'detail', componentId: string): string =>
  `(select e.${column} from events e where e.component_id = ${componentId} order by e.id + 0 desc limit 1)`
