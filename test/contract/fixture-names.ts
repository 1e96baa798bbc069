/** All that the suite makes is called so; what is called so is removed before and after. */
export const PREFIX = 'contract-';
/** A name that is a regular expression too, has letters beyond ASCII, and is given twice where names need not be unique. */
export const TWIN = `${PREFIX}a.b+(ü)`;
/** Matches {@link TWIN} read as a regular expression, and contains no part of it but the prefix. */
export const LOOKALIKE = `${PREFIX}aXbbü`;
/** Contains {@link TWIN}. */
export const LONGER = `${TWIN} 漢`;
