/** Which TrafficSplits are in force: at most one for each root Service. */
import type { RequestHead } from "../data-plane.ts";
import type { Choices } from "./open-choices.ts";
import { keyOf, type Policy, type Split } from "./policy.ts";
import { compileSplitMatches } from "./split-matches.ts";

export interface SplitInForce {
  readonly split: Split;
  /** Whether it is about this; undefined is what has no HTTP request. */
  readonly isAbout: (request: RequestHead | undefined) => boolean;
}

/** The text does not say which of several splits on one root holds. */
function chosen(splits: readonly Split[], choices: Choices): Split | undefined {
  if (splits.length > 1 && choices.severalSplits === "none") return undefined;
  const byAge = splits.toSorted((x, y) => x.created.localeCompare(y.created) || x.name.localeCompare(y.name));
  return choices.severalSplits === "newest" ? byAge.at(-1) : byAge[0];
}

/** By root Service, as `namespace/name`. */
export function splitsInForce(policy: Policy, choices: Choices): ReadonlyMap<string, SplitInForce> {
  const applicable = policy.splits.filter(({ broken }) => broken === undefined);
  const byRoot = Map.groupBy(applicable, ({ namespace, root }) => keyOf({ namespace, name: root }));
  const inForce = new Map<string, SplitInForce>();
  for (const [root, splits] of byRoot) {
    const split = chosen(splits, choices);
    if (split === undefined) continue;
    const isSelfReferential = split.backends.some(({ service }) => service === split.root);
    if (isSelfReferential && choices.selfReference === "no-split") continue;
    const test = compileSplitMatches(split, policy.groups, choices);
    inForce.set(root, { split, isAbout: (request) => test === undefined || (request !== undefined && test(request)) });
  }
  return inForce;
}
