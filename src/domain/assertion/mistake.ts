/** A mistake in an assertion or fixture file. */
import { suggest } from "../suggest.ts";

export type Path = readonly (string | number)[];

export interface Mistake {
  /** Where in the file, as keys and indexes. */
  readonly path: Path;
  /** It is the last key of the path that is wrong, and not what stands behind it. */
  readonly key?: true;
  /** What is wrong. */
  readonly message: string;
  /** What is allowed; the loader has words of its own where there is none. */
  readonly remedy?: string;
}

/** `Did you mean client? Allowed: client, server.` */
export function allowed(given: string, known: readonly string[], intro = "Allowed:"): string {
  return suggest(given, known, `${intro} ${[...known].sort().join(", ") || "none"}.`);
}
