/** What is served, stored, converted and refused. */
import type { SmiVersions } from "../../../domain/smi/version-set.ts";
import { access2, access3, family, specs4, split1, split4 } from "../mutant.ts";

const splitQuantities: SmiVersions = { access: ["v1alpha1"], specs: ["v1alpha2"], split: ["v1alpha1", "v1alpha2"] };
const accessVersions: SmiVersions = {
  access: ["v1alpha2", "v1alpha3"],
  specs: ["v1alpha3", "v1alpha4"],
  split: ["v1alpha4"],
};

export const resourceMutants = family("resource", [
  ["prunes-headers", "The schema drops the headers of a match", [specs4(74), specs4(42)], { prunesHeaders: true }],
  ["prunes-methods", "The schema drops the methods of a match", [specs4(43), specs4(42)], { prunesMethods: true }],
  [
    "prunes-rule-matches",
    "The schema drops the matches of a rule",
    [access3(39), access3(86)],
    { prunesRuleMatches: true },
  ],
  ["prunes-route-ports", "The schema drops the ports of a route", [specs4(140)], { prunesRoutePorts: true }],
  ["prunes-split-matches", "The schema drops the matches of a split", [split4(35)], { prunesSplitMatches: true }],
  ["keeps-removed-port", "destination.port is stored and not enforced", [access3(39)], { keepsRemovedPort: true }],
  [
    "accepts-incomplete-target",
    "A TrafficTarget needs no destination, rules or sources",
    [access3(39)],
    { acceptsIncompleteTarget: true },
  ],
  [
    "empty-sources-grant-all",
    "A target with an empty list of sources grants everyone",
    [access3(39)],
    { acceptsEmptySources: true, emptySourcesGrantAll: true },
  ],
  [
    "empty-rules-grant-all",
    "A target with an empty list of rules grants everything",
    [access3(39)],
    { acceptsEmptyRules: true, emptyRulesGrantAll: true },
  ],
  [
    "unknown-rule-kind-grants-all",
    "A rule of an unknown kind is dropped, and a target without rules grants everything",
    [access3(83)],
    { acceptsUnknownRuleKind: true, unknownRuleKindOpens: true },
  ],
  ["accepts-unnamed-match", "A match needs no name", [specs4(41)], { acceptsUnnamedMatch: true }],
  ["accepts-unknown-method", "A method may be any string", [specs4(43)], { acceptsUnknownMethod: true }],
  [
    "broken-path-opens",
    "A path that is not a valid expression matches everything",
    [specs4(42)],
    { brokenPathMatches: true },
  ],
  ["refuses-empty-ports", "A route for all ports is refused", [specs4(153)], { refusesEmptyPorts: true }],
  [
    "accepts-incomplete-split",
    "A TrafficSplit needs no service, backends or weight",
    [split4(22), split4(28)],
    { acceptsIncompleteSplit: true },
  ],
  [
    "fractional-weights-applied",
    "Weights that are not whole numbers are stored, rounded up and used",
    [split4(30)],
    { acceptsAnyWeight: true, appliesBrokenWeights: true },
  ],
  [
    "accepts-unknown-split-match-kind",
    "A match of a split may be of any kind",
    [split4(35)],
    { acceptsUnknownSplitMatchKind: true },
  ],
  ["weights-stored-as-text", "A whole-number weight is stored as a string", [split4(28)], { storesWeightAsText: true }],
  [
    "accepts-invalid",
    "Nothing is checked against its schema",
    [access3(39), specs4(41), split4(22)],
    { acceptsInvalid: true },
  ],
  [
    "loses-port-in-conversion",
    "Converting a target drops destination.port",
    [access2(88)],
    { losesPortInConversion: true },
    { versions: accessVersions },
  ],
  [
    "converts-weight-digits",
    "Converting a split takes a quantity's digits without its unit",
    [split1(37)],
    { convertsWeightDigits: true },
    { versions: splitQuantities },
  ],
]);
