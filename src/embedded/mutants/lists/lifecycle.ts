/** Changes, and whether they are followed in time. */
import { access3, family, split4 } from "../mutant.ts";

/** Longer than any deadline that a profile declares. */
const ms = 600_000;

export const lifecycleMutants = family("lifecycle", [
  [
    "target-deletion-ignored",
    "Deleting a TrafficTarget revokes nothing",
    [access3(15)],
    { keepsDeleted: "TrafficTarget" },
  ],
  [
    "target-updates-ignored",
    "A TrafficTarget stays as it was first",
    [access3(115)],
    { ignoresUpdates: "TrafficTarget" },
  ],
  [
    "removed-sources-kept",
    "A source that is removed from a target stays granted",
    [access3(115)],
    { keepsRemovedSources: true },
  ],
  [
    "added-sources-ignored",
    "A source that is added to a target is not granted",
    [access3(115)],
    { ignoresAddedSources: true },
  ],
  [
    "route-group-updates-ignored",
    "An HTTPRouteGroup stays as it was first",
    [access3(21)],
    { ignoresUpdates: "HTTPRouteGroup" },
  ],
  [
    "route-group-deletion-ignored",
    "The routes of a deleted HTTPRouteGroup stay granted",
    [access3(26)],
    { keepsDeleted: "HTTPRouteGroup" },
  ],
  [
    "routes-first",
    "A target that comes before its routes never grants them",
    [access3(21)],
    { needsRoutesFirst: true },
  ],
  [
    "identity-by-address",
    "A source is the addresses that its pods had when the target came",
    [access3(30)],
    { identityByAddress: true },
  ],
  [
    "new-pods-do-not-enforce",
    "Pods that come after a target of their account let everything in",
    [access3(30), access3(21)],
    { newPodsDoNotEnforce: true },
  ],
  [
    "grants-late",
    "A new TrafficTarget is heard of after the deadline",
    [access3(23)],
    { late: { kind: "TrafficTarget", type: "ADDED", ms } },
  ],
  [
    "revokes-late",
    "The deletion of a TrafficTarget is heard of after the deadline",
    [access3(15)],
    { late: { kind: "TrafficTarget", type: "DELETED", ms } },
  ],
  [
    "split-updates-late",
    "New weights are heard of after the deadline",
    [split4(260)],
    { late: { kind: "TrafficSplit", type: "MODIFIED", ms } },
  ],
  ["split-updates-ignored", "A TrafficSplit stays as it was first", [split4(260)], { ignoresUpdates: "TrafficSplit" }],
  ["split-deletion-ignored", "A deleted TrafficSplit stays in force", [split4(298)], { keepsDeleted: "TrafficSplit" }],
]);
