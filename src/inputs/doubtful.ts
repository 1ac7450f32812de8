/** What misspelt options leave open: what they were meant for is not known to be missing. */
import { nearestNames } from "../domain/suggest.ts";
import type { ConfigurationError } from "../errors.ts";
import { embeddedOnly } from "./cluster-kind.ts";
import { type InputName, inputDefinitions } from "./definitions/index.ts";

const flags = inputDefinitions.map(({ name }) => `--${name}`);

/** Inputs by which the kind of cluster is chosen. */
const choosing: readonly InputName[] = ["cluster", "mesh", ...embeddedOnly];

export interface Doubtful {
  readonly inputs: ReadonlySet<string>;
  /** Whether it is not known which kind of cluster was asked for. */
  readonly cluster: boolean;
}

export const nothingDoubtful: Doubtful = { inputs: new Set(), cluster: false };

/** @param mistakes in the command line: each is about an option */
export function doubtfulBy(mistakes: readonly ConfigurationError[]): Doubtful {
  const unknown = mistakes.flatMap(({ input }) => (input.startsWith("--") && !flags.includes(input) ? [input] : []));
  const meant = unknown.flatMap((flag) => nearestNames(flag, flags)).map((flag) => flag.slice("--".length));
  return { inputs: new Set(meant), cluster: choosing.some((name) => meant.includes(name)) };
}
