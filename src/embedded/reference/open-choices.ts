/**
 * Where the specification leaves something open, a mesh has to choose. Each choice of the reference mesh is a switch, so
 * that the suite can be shown to hold no choice against a mesh: under every setting a row comes out PASS, OBSERVED or
 * NOT_APPLICABLE. The numbers are those of the catalogue's list of open questions, which docs/assertion-model.md draws on.
 *
 * Not switches, since identity, address and port of a request are all that a server has: ports of routes and targets are
 * those of the container (10); routes are looked up in the namespace of who names them, there being no field for another (13);
 * what names an absent object grants nothing (14); a root may select anything, or nothing (15).
 */
export interface Choices {
  /** 2. How HTTP is refused. Other TCP is reset, UDP meets silence. */
  readonly refusal: "403" | "404" | "reset";
  /** 3. Whether a pathRegex, anchored at the start, has to reach the end of the path. */
  readonly pathEnd: "prefix" | "full";
  /** 5. Whether the query string belongs to what a pathRegex sees. */
  readonly query: "left-out" | "included";
  /** 6. `normalised`: a path must match as it is sent and with its dot segments resolved. */
  readonly path: "normalised" | "as-sent";
  /** 7. Whether a header's expression is for the whole value or to be found in it. */
  readonly headerRegex: "full" | "search";
  /** 7. Whether an absent header is like an empty one. */
  readonly absentHeader: "never-matches" | "as-empty";
  /** 7. A header that comes more than once: one value, joined by commas (RFC 9110, 5.3), or any of them. */
  readonly repeatedHeader: "joined" | "any";
  /** 9. Whether a target of TCPRoutes alone lets HTTP to their ports in. */
  readonly tcpRouteAlone: "tcp" | "tcp-and-http";
  /** 9. Whether a TCPRoute beside an HTTPRouteGroup narrows it to its ports, or adds to it. */
  readonly httpAndTcp: "intersection" | "union";
  /** 11. A subject without a namespace: in that of the target, or nobody. */
  readonly omittedNamespace: "target's" | "nobody";
  /** 12. A TrafficTarget in another namespace than its destination. */
  readonly foreignTarget: "accepted" | "ignored";
  /** 17. Clients outside of the mesh, at servers in it. */
  readonly unmeshedClients: "denied" | "allowed";
  /** 18. A split whose weights are all 0. */
  readonly zeroSum: "root" | "refused";
  /** 19. The share of a backend without endpoints, or that is not there. */
  readonly deadBackend: "redirected" | "refused";
  /** 20. A backend that lacks a port of the root: left out for that port, or for all. */
  readonly portMismatch: "port" | "backend";
  /** 21. What of an HTTPRouteGroup a split looks at. */
  readonly splitMatches: "whole" | "headers";
  /** 21. A split whose HTTPRouteGroups are not there: nothing is split, or everything. */
  readonly missingMatchGroup: "nothing" | "everything";
  /** 22. Which of several splits on one root is in force. */
  readonly severalSplits: "oldest" | "newest" | "none";
  /** 23. The root among its own backends: its plain Service, left out, or no split. */
  readonly selfReference: "plain" | "left-out" | "no-split";
  /** 23. A backend that is the root of another split. */
  readonly hierarchy: "flat" | "recursive";
  /** 25. The share of a backend that refuses this client: refused, or given to the others. */
  readonly refusedShare: "refused" | "redirected";
  /** 26. What is split besides HTTP. */
  readonly splitTransports: "all" | "http";
}

/** The commonest reading of each. */
export const defaultChoices: Choices = {
  refusal: "403",
  pathEnd: "prefix",
  query: "left-out",
  path: "normalised",
  headerRegex: "full",
  absentHeader: "never-matches",
  repeatedHeader: "joined",
  tcpRouteAlone: "tcp",
  httpAndTcp: "intersection",
  omittedNamespace: "target's",
  foreignTarget: "accepted",
  unmeshedClients: "denied",
  zeroSum: "root",
  deadBackend: "redirected",
  portMismatch: "port",
  splitMatches: "whole",
  missingMatchGroup: "nothing",
  severalSplits: "oldest",
  selfReference: "plain",
  hierarchy: "flat",
  refusedShare: "refused",
  splitTransports: "all",
};

/** Every setting of every choice, the default first. */
export const choiceSettings: { readonly [Name in keyof Choices]: readonly Choices[Name][] } = {
  refusal: ["403", "404", "reset"],
  pathEnd: ["prefix", "full"],
  query: ["left-out", "included"],
  path: ["normalised", "as-sent"],
  headerRegex: ["full", "search"],
  absentHeader: ["never-matches", "as-empty"],
  repeatedHeader: ["joined", "any"],
  tcpRouteAlone: ["tcp", "tcp-and-http"],
  httpAndTcp: ["intersection", "union"],
  omittedNamespace: ["target's", "nobody"],
  foreignTarget: ["accepted", "ignored"],
  unmeshedClients: ["denied", "allowed"],
  zeroSum: ["root", "refused"],
  deadBackend: ["redirected", "refused"],
  portMismatch: ["port", "backend"],
  splitMatches: ["whole", "headers"],
  missingMatchGroup: ["nothing", "everything"],
  severalSplits: ["oldest", "newest", "none"],
  selfReference: ["plain", "left-out", "no-split"],
  hierarchy: ["flat", "recursive"],
  refusedShare: ["refused", "redirected"],
  splitTransports: ["all", "http"],
};
