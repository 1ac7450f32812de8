/**
 * What SMI objects say, without the shapes that their API versions give it. Everything behind `parse.ts` speaks of this
 * alone, so that the same few lines hold for access v1alpha1 to 4, specs v1alpha1 to 4 and split v1alpha1 to 4.
 */

/** A ServiceAccount: the identity that a pod holds (traffic-access v1alpha3, line 30). */
export interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** A destination or a source as it is written; `kind` may be one that we do not know. */
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
  /** Changes when the object is made anew under its name. */
  readonly uid: string;
  /** ISO 8601; empty where the API server does not say. */
  readonly created: string;
}

export interface Target extends Named {
  readonly kind: "TrafficTarget";
  readonly destination: Subject | undefined;
  /** `destination.port`, which exists up to access v1alpha2; undefined: every port. */
  readonly port: number | undefined;
  readonly sources: readonly Subject[];
  readonly rules: readonly Rule[];
  /** Address of each pod by the time that this target was heard of, and its account. Kept by faulty meshes only. */
  readonly roster?: ReadonlyMap<string, string>;
}

/** One set of conditions on a request; those that are there must all hold. */
export interface RouteMatch {
  readonly name: string;
  readonly pathRegex: string | undefined;
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
  /** HTTPRouteGroups whose requests are split; empty: everything is. */
  readonly matches: readonly string[];
  /** Why it can't be applied; undefined where it can. */
  readonly broken: string | undefined;
}

export type PolicyObject = Target | RouteGroup | PortRoute | Split;

/** All that the mesh knows at one moment. */
export interface Policy {
  readonly targets: readonly Target[];
  readonly groups: readonly RouteGroup[];
  readonly portRoutes: readonly PortRoute[];
  readonly splits: readonly Split[];
}

/** `namespace/name`: names are unique within a namespace only. */
export const keyOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `${namespace}/${name}`;
