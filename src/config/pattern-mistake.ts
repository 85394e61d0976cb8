/** Why a pattern can't be used, in a few words. */
export class PatternMistake extends Error {}
