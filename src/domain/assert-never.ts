/** The end of a dispatch that has a branch for everything: the compiler refuses a call that can be reached. */
export function assertNever(value: never): never {
  throw new RangeError(`nothing is written for ${JSON.stringify(value)}`);
}
