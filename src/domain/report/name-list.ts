/** Names in a sentence: the first few, and how many more there are. */
const NAMED = 5;

/** `a, b, c, d, e and 3 more`. */
export const few = (names: readonly string[]): string =>
  names.length <= NAMED ? names.join(", ") : `${names.slice(0, NAMED).join(", ")} and ${names.length - NAMED} more`;
