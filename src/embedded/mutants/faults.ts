/**
 * Every switch by which the embedded cluster can be made to break one clause. A mutant is a set of these and nothing
 * else: each is read at the one line where its clause is implemented. All absent: no fault.
 */
import type { SmiKindName } from "../../domain/smi/kinds.ts";
import type { SmiVersions } from "../../domain/smi/version-set.ts";
import type { MeshFaults } from "./mesh-faults.ts";

export type { MeshFaults } from "./mesh-faults.ts";

/** Faults of what is served and stored: of the mesh's CRDs, of their conversion webhook, of its admission. */
export interface ApiFaults {
  // The definitions as they are applied (api/definition-faults.ts).
  /** This kind's definition is never there. */
  readonly crdMissing?: SmiKindName;
  /** This kind is defined as cluster-scoped. */
  readonly crdClusterScoped?: SmiKindName;
  /** This kind's names clash with another's (as `ts` of NGINX does): NamesAccepted and Established are False. */
  readonly crdNamesNotAccepted?: SmiKindName;
  /** This kind is served as v1beta1 alone, a version that the specification does not know. */
  readonly crdUnknownVersion?: SmiKindName;
  /** This kind is defined and established, and not listed by discovery. */
  readonly crdUndiscovered?: SmiKindName;
  /** These groups are served in these versions, whichever were asked for. */
  readonly servesInstead?: SmiVersions;
  /** Versions that a definition does not serve are served all the same, in the shape of the stored one. */
  readonly servesUnservedVersions?: true;
  /** An object of a version that is not served is refused as though something in it were wrong. */
  readonly blamesUnservedObjects?: true;
  /** The schema of an HTTPRouteGroup's match knows no `headers`: they are silently pruned. */
  readonly prunesHeaders?: true;
  /** The schema of an HTTPRouteGroup's match knows no `methods`: they are silently pruned. */
  readonly prunesMethods?: true;
  /** The schema of a TrafficTarget's rule knows no `matches`: they are silently pruned, and the rule is as wide as its group. */
  readonly prunesRuleMatches?: true;
  /** The schema of a TCPRoute and UDPRoute knows no `ports`: they are silently pruned. */
  readonly prunesRoutePorts?: true;
  /** The schema of a TrafficSplit knows no `matches`: they are silently pruned. */
  readonly prunesSplitMatches?: true;
  /** access v1alpha3 and newer store `destination.port`, which v1alpha3 removed. */
  readonly keepsRemovedPort?: true;
  /** A TrafficTarget needs no destination, rules or sources. */
  readonly acceptsIncompleteTarget?: true;
  readonly acceptsEmptySources?: true;
  readonly acceptsEmptyRules?: true;
  /** A rule's `kind` is any text. */
  readonly acceptsUnknownRuleKind?: true;
  /** A match needs no name. */
  readonly acceptsUnnamedMatch?: true;
  /** A method is any text. */
  readonly acceptsUnknownMethod?: true;
  /** A route's port is any integer. */
  readonly acceptsAnyPort?: true;
  /** A route needs at least one port, so `[]`, which means all, is refused. */
  readonly refusesEmptyPorts?: true;
  /** A TrafficSplit needs no service, backends or weight. */
  readonly acceptsIncompleteSplit?: true;
  /** A weight is any number: 0.5 and -1 are stored, as the published CRD has it. */
  readonly acceptsAnyWeight?: true;
  /** A split's match is of any kind. */
  readonly acceptsUnknownSplitMatchKind?: true;

  // Admission and conversion (api/admission.ts, api/conversion.ts).
  /** Objects of SMI kinds are not checked against their schema; what it does not know is still pruned. */
  readonly acceptsInvalid?: true;
  /** A weight of 0.5 is stored as 1, one of 0.4 as 0. */
  readonly roundsWeights?: true;
  /** A whole-number weight is stored as a text. */
  readonly storesWeightAsText?: true;
  /** Converting a TrafficTarget from v1alpha1 or 2 to v1alpha3 or newer drops `destination.port`. */
  readonly losesPortInConversion?: true;
  /** Converting a TrafficSplit takes a quantity's digits without its unit: `1` and `500m` become 1 and 500. */
  readonly convertsWeightDigits?: true;
}

/** Every switch, of the API server and of the mesh. */
export type Faults = ApiFaults & MeshFaults;
