/**
 * Where the specification leaves something open, a mesh has to choose. Each choice of the reference mesh is a setting, so that
 * the suite can be shown to hold no choice against a mesh: `npm run mutants` runs it under each, and every assertion must be
 * PASS, OBSERVED or NOT_APPLICABLE.
 *
 * Some things are not settings, since a server has nothing but the identity, address and port of a request: ports of routes and
 * targets are those of the container; routes are looked up in the namespace of the object that names them, as there is no
 * field for another; a reference to an absent object grants nothing; a root may select anything, or nothing.
 */
import type { OpenQuestionName } from "../../domain/assertion/open-questions.ts";

export interface Choices {
  /** How HTTP is refused. Other TCP is reset, UDP meets silence. */
  readonly refusal: "403" | "404" | "reset";
  /** Whether a pathRegex, anchored at the start, must match up to the end of the path. */
  readonly pathEnd: "prefix" | "full";
  /** Whether a pathRegex is matched against the query string too. */
  readonly query: "left-out" | "included";
  /** `normalised`: a path must match both as it is sent and with its dot segments resolved. */
  readonly path: "normalised" | "as-sent";
  /** Whether a header's expression must match the whole value or any part of it. */
  readonly headerRegex: "full" | "search";
  /** Whether an absent header counts as an empty one. */
  readonly absentHeader: "never-matches" | "as-empty";
  /** A repeated header: one value, joined by commas (RFC 9110, 5.3), or any of the values. */
  readonly repeatedHeader: "joined" | "any";
  /** Whether a target with TCPRoutes alone lets in HTTP to their ports. */
  readonly tcpRouteAlone: "tcp" | "tcp-and-http";
  /** Whether a TCPRoute beside an HTTPRouteGroup narrows it to its ports, or adds to it. */
  readonly httpAndTcp: "intersection" | "union";
  /** A subject without a namespace: in that of the target, or nobody. */
  readonly omittedNamespace: "target's" | "nobody";
  /** A TrafficTarget in another namespace than its destination. */
  readonly foreignTarget: "accepted" | "ignored";
  /** Clients outside the mesh, at servers in it. */
  readonly unmeshedClients: "denied" | "allowed";
  /** A split whose weights are all 0. */
  readonly zeroSum: "root" | "refused";
  /** The share of a backend that has no endpoints, or does not exist. */
  readonly deadBackend: "redirected" | "refused";
  /** A backend that lacks a port of the root: left out for that port, or for all. */
  readonly portMismatch: "port" | "backend";
  /** What a split uses of an HTTPRouteGroup. */
  readonly splitMatches: "whole" | "headers";
  /** A split whose HTTPRouteGroups do not exist: nothing is split, or everything. */
  readonly missingMatchGroup: "nothing" | "everything";
  /** Which of several splits on one root is in force. */
  readonly severalSplits: "oldest" | "newest" | "none";
  /** The root among its own backends: its plain Service, left out, or no split. */
  readonly selfReference: "plain" | "left-out" | "no-split";
  /** A backend that is the root of another split. */
  readonly hierarchy: "flat" | "recursive";
  /** The share of a backend that refuses this client: refused, or given to the others. */
  readonly refusedShare: "refused" | "redirected";
  /** Whether anything but HTTP is split. */
  readonly splitTransports: "all" | "http";
}

/** The most common reading of each. */
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

/** Choices in which a mesh may differ from the assertions only if its profile declares it (`readings`). */
export const declaredAs: { readonly [Name in keyof Choices]?: OpenQuestionName } = {
  httpAndTcp: "tcp-route-adds",
  unmeshedClients: "unmeshed-clients-allowed",
  hierarchy: "recursive-splits",
  splitTransports: "http-splits-only",
};
