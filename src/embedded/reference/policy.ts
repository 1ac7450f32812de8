/**
 * What SMI objects say, whatever shape their API version gives it. Everything after `parse.ts` works on these types alone, so
 * that the same few lines hold for access v1alpha1 to 4, specs v1alpha1 to 4 and split v1alpha1 to 4.
 */
import type { WatchEvent } from "../../ports.ts";

/** A ServiceAccount: the identity that a pod holds (traffic-access v1alpha3, line 30). */
export interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** A destination or a source as it is written; `kind` may be unknown. */
export interface Subject {
  readonly kind: string;
  readonly name: string;
  /** Undefined where the author left it out. */
  readonly namespace: string | undefined;
}

/** What a TrafficTarget lets its sources call (traffic-access v1alpha3, line 34). */
export interface Rule {
  /** HTTPRouteGroup, TCPRoute or UDPRoute; anything else grants nothing. */
  readonly kind: string;
  readonly name: string;
  /** Names of matches of the group; undefined: all of them (line 97). */
  readonly matches: readonly string[] | undefined;
}

interface Named {
  readonly namespace: string;
  readonly name: string;
  /** Differs between an object and another one created later under the same name. */
  readonly uid: string;
  /** ISO 8601; empty if the API server does not say. */
  readonly created: string;
}

export interface Target extends Named {
  readonly kind: "TrafficTarget";
  readonly destination: Subject | undefined;
  /** `destination.port`, which exists up to access v1alpha2; undefined: every port. */
  readonly port: number | undefined;
  readonly sources: readonly Subject[];
  readonly rules: readonly Rule[];
}

/** One set of conditions on a request, all of which must hold. */
export interface RouteMatch {
  readonly name: string;
  readonly pathRegex: string | undefined;
  /** More expressions that the path has to match: none in SMI, where a match has one at most. */
  readonly alsoPaths?: readonly string[];
  /** Undefined: any. */
  readonly methods: readonly string[] | undefined;
  /** Header name and the expression for its value. */
  readonly headers: readonly (readonly [name: string, regex: string])[];
}

export interface RouteGroup extends Named {
  readonly kind: "HTTPRouteGroup";
  readonly matches: readonly RouteMatch[];
}

export interface PortRoute extends Named {
  readonly kind: "TCPRoute" | "UDPRoute";
  /** Empty: every port. */
  readonly ports: readonly number[];
}

export interface Backend {
  readonly service: string;
  /** In relation to those of the other backends. */
  readonly weight: number;
}

export interface Split extends Named {
  readonly kind: "TrafficSplit";
  readonly apiVersion: string;
  /** Name of the root Service, in the split's namespace. */
  readonly root: string;
  readonly backends: readonly Backend[];
  /** HTTPRouteGroups whose requests are split; empty: all requests are. */
  readonly matches: readonly string[];
  /** Why it can't be applied; undefined if it can. */
  readonly broken: string | undefined;
}

export type PolicyObject = Target | RouteGroup | PortRoute | Split;

/** Everything that the mesh knows at one moment. */
export interface Policy {
  readonly targets: readonly Target[];
  readonly groups: readonly RouteGroup[];
  readonly portRoutes: readonly PortRoute[];
  readonly splits: readonly Split[];
}

/** A change of one object; `object` is as it is now or, once deleted, as it was last. */
export interface Change {
  readonly type: WatchEvent["type"];
  readonly object: PolicyObject;
}

/** `namespace/name`: names are unique within a namespace only. */
export const keyOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `${namespace}/${name}`;
