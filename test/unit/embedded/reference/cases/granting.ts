/** What many cases begin with. */
import { group, http, target } from "../objects.ts";
import type { World } from "../world.ts";

/** All requests of a group. */
export const all = [http("all")];
/** The matches of a group, granted to a. */
export const granted = (world: World, ...matches: readonly Readonly<Record<string, unknown>>[]) =>
  world.apply(group("g", ...matches), target("t", ["a"], "b", [http("g")]));
export const get = (world: World, ...requests: readonly string[]) =>
  requests.map((request) => world.http("a", "b", request));
