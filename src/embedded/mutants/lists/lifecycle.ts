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
    "Updates of a TrafficTarget are ignored",
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
    "Updates of an HTTPRouteGroup are ignored",
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
    "A source is identified by the addresses that its pods had when the target was created",
    [access3(30)],
    { identityByAddress: true },
  ],
  [
    "new-pods-do-not-enforce",
    "Pods created after a target for their account let everything in",
    [access3(30), access3(21)],
    { newPodsDoNotEnforce: true },
  ],
  [
    "grants-late",
    "A new TrafficTarget takes effect after the deadline",
    [access3(23)],
    { late: { kind: "TrafficTarget", type: "ADDED", ms } },
  ],
  [
    "revokes-late",
    "The deletion of a TrafficTarget takes effect after the deadline",
    [access3(15)],
    { late: { kind: "TrafficTarget", type: "DELETED", ms } },
  ],
  [
    "split-updates-late",
    "New weights take effect after the deadline",
    [split4(260)],
    { late: { kind: "TrafficSplit", type: "MODIFIED", ms } },
  ],
  ["split-updates-ignored", "Updates of a TrafficSplit are ignored", [split4(260)], { ignoresUpdates: "TrafficSplit" }],
  ["split-deletion-ignored", "A deleted TrafficSplit stays in force", [split4(298)], { keepsDeleted: "TrafficSplit" }],
]);
