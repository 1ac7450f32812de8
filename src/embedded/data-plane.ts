/**
 * The interface between the network of the embedded cluster and a mesh: the network asks where a connection goes and whether what
 * arrives may pass, and knows nothing about SMI; a mesh answers, and knows nothing about sockets.
 */
import type { Admittance } from "../workload/server/inbound.ts";

export type { Admittance } from "../workload/server/inbound.ts";

/** A running pod as the network knows it. Its address identifies it: each pod has a loopback address of its own. */
export interface PodIdentity {
  readonly pod: string;
  readonly namespace: string;
  /** ServiceAccount name. */
  readonly account: string;
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export type Transport = "http" | "tcp" | "udp";

/** The head of an HTTP request. Header names in lower case. */
export interface RequestHead {
  /** Absent if the client asks before it sends. */
  readonly protocol?: "http/1.1" | "h2c";
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface ServiceRef {
  readonly namespace: string;
  readonly name: string;
}

/** Where a pod listens for a port of a Service. */
export interface PodEndpoint {
  readonly pod: PodIdentity;
  readonly port: number;
}

/** What a mesh may ask of the network. */
export interface ServiceView {
  /** Ready pods behind a port of a Service, with the container's port; empty if there are none, or no such port. */
  endpoints(service: ServiceRef, port: number): readonly PodEndpoint[];
  /** Ports of a Service; undefined if it does not exist. */
  ports(service: ServiceRef): readonly number[] | undefined;
}

/** A client's connection (or, for HTTP, one request on it) on its way to a Service. */
export interface Outbound {
  readonly from: PodIdentity;
  readonly service: ServiceRef;
  /** Port of the Service. */
  readonly port: number;
  readonly transport: Transport;
  /** Present for HTTP. */
  readonly request?: RequestHead;
  /** Where the previous request on the same kept connection went; absent on the first. */
  readonly kept?: PodEndpoint;
}

/** What has arrived at a pod, before its application sees it. */
export interface Inbound {
  readonly to: PodIdentity;
  /** Port of the container. */
  readonly port: number;
  /** By source address; undefined for an address that no pod has. */
  readonly from: PodIdentity | undefined;
  readonly transport: Transport;
  /** Present for HTTP. */
  readonly request?: RequestHead;
}

/** Where traffic goes: to a pod, to nobody, or undefined for wherever kube-proxy sends it. */
export type Destination = PodEndpoint | "refused" | undefined;

/** What a mesh does with traffic. Both are called for each request, so they must be fast; neither may throw. */
export interface DataPlane {
  route(outbound: Outbound, services: ServiceView): Destination;
  admit(inbound: Inbound): Admittance;
}

/** Kubernetes alone. */
export const noDataPlane: DataPlane = { route: () => undefined, admit: () => ({ kind: "allow" }) };
