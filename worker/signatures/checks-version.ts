// The version of the checks: tells findings of an older program, whose mistakes they may hold, from those of this one.

/**
 * To be counted up with every change by which the same bytes, keys and roots may be found otherwise than before. All
 * that was found by less is verified again from the store, when the program starts and at each look.
 */
export const checksVersion = 1;
