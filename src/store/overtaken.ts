/** Another process wrote these rows first: nothing of the batch stands, and it is worked off anew. */
export class Overtaken extends Error {}
