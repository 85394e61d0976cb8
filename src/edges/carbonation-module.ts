/** Makes `import … from 'carbonation'` work for TypeScript that is loaded at run time: it gets these exports, whatever
 *  package of that name stands beside it. Once for each thread. */
export const offerCarbonation = (exports: Readonly<Record<string, unknown>>): void => {
  Bun.plugin({
    name: 'carbonation',
    setup: (build) => void build.module('carbonation', () => ({ exports: { ...exports }, loader: 'object' })),
  })
}
