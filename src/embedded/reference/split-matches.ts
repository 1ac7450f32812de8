/** A split's `matches`: the requests that it is about, as HTTPRouteGroups describe them (traffic-split v1alpha4, lines 35 to 42). */
import type { Choices } from "./open-choices.ts";
import type { RouteGroup, RouteMatch, Split } from "./policy.ts";
import { anyOf, compileMatch, type RequestTest } from "./routes.ts";

/** The text speaks of "HTTP header filters" only; taken literally, a match without headers describes nothing. */
function headersOf(match: RouteMatch): RouteMatch[] {
  return match.headers.length === 0 ? [] : [{ ...match, pathRegex: undefined, methods: undefined }];
}

/** Undefined where everything is split. */
export function compileSplitMatches(
  split: Split,
  groups: readonly RouteGroup[],
  choices: Choices,
): RequestTest | undefined {
  if (split.matches.length === 0) return undefined;
  const named = groups.filter(({ namespace, name }) => namespace === split.namespace && split.matches.includes(name));
  if (named.length === 0 && choices.missingMatchGroup === "everything") return undefined;
  // "If multiple HTTP route groups are specified, all routes will be merged into a single group" (line 98).
  const merged = named.flatMap(({ matches }) => matches);
  const meant = choices.splitMatches === "headers" ? merged.flatMap(headersOf) : merged;
  return anyOf(meant.map((match) => compileMatch(match, choices)));
}
