/**
 * The switches by which the reference mesh can be made to break one clause. All absent: no fault.
 *
 * Three places read them. `reference/misreadings.ts` has those by which the mesh takes an object for another than was written;
 * `reference/mishearings.ts` those by which it takes a change for another than was made; the rest are read at the line
 * of `reference/` where their clause is implemented.
 */
import type { SmiKindName } from "../../domain/smi/kinds.ts";
import type { Transport } from "../data-plane.ts";

type Change = "ADDED" | "MODIFIED" | "DELETED";

/** Access: who, to whom. */
export interface AccessFaults {
  /** Destinations that no TrafficTarget names let this transport in. */
  readonly opensWithoutTarget?: Transport;
  /** Traffic of this transport is let in by every destination. */
  readonly ignoresTransport?: Transport;
  /** Whoever calls on a granted route is let in. */
  readonly ignoresSources?: true;
  /** The same, on this transport alone. */
  readonly ignoresSourcesOf?: Transport;
  /** Sources are compared by name. */
  readonly ignoresSourceNamespace?: true;
  /** A source stands for every account of its namespace. */
  readonly widensSourceToNamespace?: true;
  /** A target grants at every destination of its namespace. */
  readonly ignoresDestination?: true;
  readonly firstSourceOnly?: true;
  readonly lastSourceOnly?: true;
  readonly firstRuleOnly?: true;
  readonly lastRuleOnly?: true;
  /** Of several targets of one destination, the first by name counts. */
  readonly firstTargetOnly?: true;
  readonly lastTargetOnly?: true;
  /** Every source of a destination gets every rule of it. */
  readonly crossesTargets?: true;
  /** What a target grants to its sources it grants to its destination at their pods too. */
  readonly grantsBothWays?: true;
  /** A rule's `matches` are not looked at: it grants all of its group. */
  readonly ignoresRuleMatches?: true;
  /** A rule without `matches` grants nothing. */
  readonly omittedMatchesGrantNothing?: true;
  /** A rule that names a match which its group does not have grants all of the group. */
  readonly unknownMatchOpens?: true;
  /** A rule whose route object is not there grants everything. */
  readonly missingRouteOpens?: true;
  /** Sources may call whatever they like. */
  readonly ignoresRoutes?: true;
  /** HTTP/2 is let in by every destination. */
  readonly ignoresHttp2?: true;
  readonly emptySourcesGrantAll?: true;
  readonly emptyRulesGrantAll?: true;
  /** A rule of a kind that the mesh does not know grants everything. */
  readonly unknownRuleKindOpens?: true;
  /** `destination.port` is not looked at. */
  readonly ignoresDestinationPort?: true;
  /** A target without `destination.port` grants nothing. */
  readonly omittedDestinationPortGrantsNothing?: true;
  /** Ports of a TCPRoute or of a UDPRoute are not looked at. */
  readonly ignoresPortsOf?: "TCPRoute" | "UDPRoute";
  readonly firstPortOnlyOf?: "TCPRoute" | "UDPRoute";
  /** A route without ports grants none instead of all. */
  readonly emptyPortsGrantNothingOf?: "TCPRoute" | "UDPRoute";
  /** A TCPRoute lets UDP in as well. */
  readonly tcpRouteOpensUdp?: true;
  /** A UDPRoute lets TCP in as well. */
  readonly udpRouteOpensTcp?: true;
  /** A TCPRoute beside an HTTPRouteGroup lets in every HTTP request to its ports. */
  readonly tcpRouteOverridesGroup?: true;
  /** An HTTPRouteGroup grants nothing unless a TCPRoute stands beside it. */
  readonly groupNeedsTcpRoute?: true;
  /** HTTPRouteGroups are in force without a target: their routes are open to all of their namespace. */
  readonly routesOpenAlone?: true;
  /** The client's side enforces, and the server's does not. */
  readonly enforcesAtClientOnly?: true;
  /** The header `ServiceName` is taken for the identity of who sent it. */
  readonly trustsServiceName?: true;
  /** A request with `X-Forwarded-For` is taken for one that another proxy has let in. */
  readonly trustsForwardedFor?: true;
  /** A client outside of the mesh passes for any source. */
  readonly unmeshedClientsPass?: true;
  /** Refused requests go to the application, which answers 403 in its own name. */
  readonly refusesAsApplication?: true;
  /** Share of the allowed requests that are never answered. */
  readonly dropsAllowed?: number;
  /** Share of the allowed requests that are answered 503. */
  readonly failsAllowed?: number;
}

/** Specs: which requests an HTTPRouteGroup describes. */
export interface RouteFaults {
  readonly ignoresMethods?: true;
  readonly firstMethodOnly?: true;
  /** `*` means GET. */
  readonly wildcardIsGet?: true;
  /** A match without `methods` is one of GET. */
  readonly omittedMethodsAreGet?: true;
  readonly ignoresPath?: true;
  readonly unanchoredPath?: true;
  /** The path is anchored at its end instead of its beginning. */
  readonly anchorsPathAtEnd?: true;
  /** A path is a prefix in plain letters, and no expression. */
  readonly literalPath?: true;
  readonly caseInsensitivePath?: true;
  /** Only the first segment of an expression counts. */
  readonly firstPathSegmentOnly?: true;
  /** A path that is no expression matches every path. */
  readonly brokenPathMatches?: true;
  /** `^` is taken for a letter. */
  readonly literalCaret?: true;
  readonly ignoresHeaders?: true;
  /** One header of a match is enough. */
  readonly anyHeaderWillDo?: true;
  readonly firstHeaderOnly?: true;
  readonly absentHeaderMatches?: true;
  readonly caseSensitiveHeaderNames?: true;
  /** A header's value is compared letter by letter. */
  readonly literalHeaderValue?: true;
  /** One condition of a match is enough. */
  readonly anyConditionWillDo?: true;
  /** Every match of a group must hold. */
  readonly allMatchesMustHold?: true;
  readonly firstMatchOnly?: true;
  readonly lastMatchOnly?: true;
  /** Every method of a group goes with every path of it. */
  readonly crossesMatches?: true;
}

/** Split: where a client's traffic goes. */
export interface SplitFaults {
  /** Each backend gets the same, those of weight 0 too. */
  readonly ignoresWeights?: true;
  /** Each backend whose weight is not 0 gets the same. */
  readonly evenWeights?: true;
  /** Weights are hundredths: the last backend gets what is left of a hundred. */
  readonly weightsArePercent?: true;
  readonly firstBackendOnly?: true;
  readonly lastBackendOnly?: true;
  readonly twoBackendsAtMost?: true;
  /** The first backend gets the weight of the last, and so on. */
  readonly swapsWeights?: true;
  /** Share of the traffic that goes to backends of weight 0. */
  readonly leaksToZero?: number;
  readonly zeroIsOne?: true;
  /** A backend that would get less than an eighth gets nothing. */
  readonly losesSmallWeights?: true;
  /** A weight counts for each pod of the backend. */
  readonly weighsPods?: true;
  /** A quantity is read without its unit. */
  readonly quantityDigits?: true;
  /** Weights that are no whole numbers are rounded up and used. */
  readonly appliesBrokenWeights?: true;
  /** A tenth of the traffic goes to the root's own pods. */
  readonly includesRootPods?: true;
  /** Each client stays with one backend. */
  readonly sticksClients?: true;
  /** Requests on a kept connection follow the first of them. */
  readonly pinsKeptConnections?: true;
  readonly ignoresSplitMatches?: true;
  /** Requests that no match describes are refused. */
  readonly refusesUnmatched?: true;
  /** A split with matches is not applied. */
  readonly ignoresSplitsWithMatches?: true;
  /** Only the first HTTPRouteGroup of a split counts. */
  readonly firstMatchGroupOnly?: true;
  /** One header of a split's match is enough. */
  readonly anySplitHeaderWillDo?: true;
  /** Backends are looked for in the client's namespace. */
  readonly backendsInClientNamespace?: true;
  /** The splits of the client's namespace hold for Services of other namespaces. */
  readonly splitsByClientNamespace?: true;
  /** The target port is the root's for every backend. */
  readonly rootTargetPort?: true;
  /** A backend without a matching port gets its share, which nobody takes. */
  readonly keepsMismatchedBackend?: true;
  /** A split with such a backend is not applied. */
  readonly dropsMismatchedSplit?: true;
  /** No event tells of such a backend. */
  readonly silentOnMismatch?: true;
  /** Every split gets a Warning event for each backend. */
  readonly warnsAlways?: true;
  /** Only the first port of the root is split. */
  readonly firstRootPortOnly?: true;
  /** Backends resolve to other splits. */
  readonly hierarchical?: true;
  /** What is sent to a backend by its own name is split. */
  readonly splitsDirectCalls?: true;
  readonly splitsUnmeshedClients?: true;
  /** A split that names a Service that is not there is not applied. */
  readonly missingBackendDropsSplit?: true;
  /** A split with a backend that has no pods is not applied. */
  readonly emptyBackendDropsSplit?: true;
  /** A split with one backend is not applied. */
  readonly singleBackendDropsSplit?: true;
  /** Where the root is among its own backends, everything is refused. */
  readonly refusesSelfReference?: true;
  /** Where no split applies, the first pod of the Service gets everything. */
  readonly firstPodOnly?: true;
  /** A split whose root has no pods of its own is not applied. */
  readonly rootNeedsPods?: true;
  readonly splitsHttpOnly?: true;
}

/** What changes, and when. */
export interface LifecycleFaults {
  /** Deletions of this kind are not heard. */
  readonly keepsDeleted?: SmiKindName;
  /** Changes of objects of this kind are not heard until they are made anew. */
  readonly ignoresUpdates?: SmiKindName;
  /** A source once granted stays granted while its target exists. */
  readonly keepsRemovedSources?: true;
  /** A source that is added to a target is not granted. */
  readonly ignoresAddedSources?: true;
  /** A target that comes before its routes never grants them. */
  readonly needsRoutesFirst?: true;
  /** These changes are heard this many milliseconds late. */
  readonly late?: { readonly kind: SmiKindName; readonly type: Change; readonly ms: number };
  /** Sources are the addresses that their pods had when the target came. */
  readonly identityByAddress?: true;
  /** Pods that are younger than a target of their account do not enforce. */
  readonly newPodsDoNotEnforce?: true;
}

export interface MeshFaults extends AccessFaults, RouteFaults, SplitFaults, LifecycleFaults {}
