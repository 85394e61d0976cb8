/** Work that is begun ahead. It may be given up before anybody waits for it: then its error is nobody's. */
export const begun = <T>(work: Promise<T>): Promise<T> => {
  work.catch(() => undefined)
  return work
}
