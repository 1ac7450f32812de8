/** Traffic Split: where a client's traffic goes. */
import type { SmiVersions } from "../../../domain/smi/version-set.ts";
import { family, specs4, split1, split4 } from "../mutant.ts";

const weights = [split4(28)];
/** The only version that weighs with quantities. */
const quantities: SmiVersions = { access: ["v1alpha1"], specs: ["v1alpha2"], split: ["v1alpha1"] };

export const splitMutants = family("traffic-split", [
  [
    "ignores-weights",
    "Every backend gets the same share, including those of weight 0",
    weights,
    { ignoresWeights: true },
  ],
  ["even-weights", "Every backend whose weight is not 0 gets the same share", weights, { evenWeights: true }],
  ["swaps-weights", "The first backend gets the weight of the last", weights, { swapsWeights: true }],
  [
    "weights-are-percent",
    "Weights are percentages, and the last backend gets the rest",
    [split4(302), split4(270)],
    { weightsArePercent: true },
  ],
  ["first-backend-only", "Everything goes to the first backend", weights, { firstBackendOnly: true }],
  ["last-backend-only", "Everything goes to the last backend", weights, { lastBackendOnly: true }],
  ["two-backends-at-most", "A third backend gets nothing", [split1(34)], { twoBackendsAtMost: true }],
  [
    "zero-weight-leaks-a-twentieth",
    "5 % goes to backends of weight 0",
    [split4(28), split4(254)],
    { leaksToZero: 0.05 },
  ],
  // 2 % in 300 is missed with a chance of 0.2 %.
  [
    "zero-weight-leaks-a-fiftieth",
    "2 % goes to backends of weight 0",
    [split4(28), split4(254)],
    { leaksToZero: 0.02 },
  ],
  ["zero-weight-is-one", "A weight of 0 counts as 1", [split4(254)], { zeroIsOne: true }],
  ["weighs-pods", "A weight applies to each pod of the backend", weights, { weighsPods: true }],
  [
    "quantity-digits",
    "A quantity is read without its unit",
    [split1(37)],
    { quantityDigits: true },
    { versions: quantities },
  ],
  ["root-pods-included", "A tenth goes to the root's own pods", [...weights, split4(222)], { includesRootPods: true }],
  ["sticks-clients", "Each client stays with one backend", weights, { sticksClients: true }],
  ["pins-kept-connections", "A kept connection stays with one backend", weights, { pinsKeptConnections: true }],
  [
    "ignores-split-matches",
    "All requests are split, whatever the split's matches say",
    [split4(94)],
    { ignoresSplitMatches: true },
  ],
  ["refuses-unmatched", "Requests that no match describes are refused", [split4(94)], { refusesUnmatched: true }],
  [
    "first-match-group-only",
    "Only the first HTTPRouteGroup of a split counts",
    [split4(98)],
    { firstMatchGroupOnly: true },
  ],
  ["any-split-header-will-do", "One header of a split's match is enough", [specs4(77)], { anySplitHeaderWillDo: true }],
  [
    "backends-in-client-namespace",
    "Backends are those of the client's namespace",
    [split4(53), split4(23)],
    { backendsInClientNamespace: true },
  ],
  [
    "splits-by-client-namespace",
    "The splits of the client's namespace apply to Services of another",
    [split4(53)],
    { splitsByClientNamespace: true },
  ],
  [
    "root-target-port",
    "The root's target port is used for every backend",
    [split4(112), split4(164)],
    { rootTargetPort: true },
  ],
  [
    "keeps-mismatched-backend",
    "A backend without the port keeps its share, which fails",
    [split4(108), split4(209)],
    { keepsMismatchedBackend: true },
  ],
  [
    "drops-mismatched-split",
    "A split with a backend without the port is not applied",
    [split4(108), split4(209)],
    { dropsMismatchedSplit: true },
  ],
  [
    "silent-on-mismatch",
    "No event warns of a backend without the port",
    [split4(116), split4(213)],
    { silentOnMismatch: true },
  ],
  ["warns-always", "Events warn of correct backends", [split4(116), split4(213)], { warnsAlways: true }],
  ["first-root-port-only", "Only the root's first port is split", [split4(169)], { firstRootPortOnly: true }],
  ["hierarchical", "Backends resolve to other splits", [split4(314)], { hierarchical: true }],
  [
    "splits-direct-calls",
    "Requests to a backend by its own name are split",
    [split4(257)],
    { splitsDirectCalls: true },
  ],
  [
    "splits-unmeshed-clients",
    "Traffic of clients outside the mesh is split",
    [split4(24)],
    { splitsUnmeshedClients: true },
  ],
  [
    "missing-backend-drops-split",
    "A split that names a Service which does not exist yet is not applied",
    [split4(244)],
    { missingBackendDropsSplit: true },
  ],
  ["root-needs-pods", "A split whose root selects no pods is not applied", [split4(22)], { rootNeedsPods: true }],
  ["splits-http-only", "TCP is not split", [split4(11)], { splitsHttpOnly: true }],
  [
    "loses-small-weights",
    "A backend that would get less than an eighth gets nothing",
    [split4(44), split4(62)],
    { losesSmallWeights: true },
  ],
  [
    "ignores-splits-with-matches",
    "A split with matches is not applied",
    [split4(35), split4(90)],
    { ignoresSplitsWithMatches: true },
  ],
  [
    "empty-backend-drops-split",
    "A split with a backend that has no pods is not applied",
    [split4(244)],
    { emptyBackendDropsSplit: true },
  ],
  [
    "single-backend-drops-split",
    "A split with one backend is not applied",
    [split4(282), split4(294)],
    { singleBackendDropsSplit: true },
  ],
  [
    "refuses-self-reference",
    "A split with its root among the backends refuses everything",
    [split4(322)],
    { refusesSelfReference: true },
  ],
  ["first-pod-only", "A Service without a split reaches its first pod alone", [split4(24)], { firstPodOnly: true }],
]);
