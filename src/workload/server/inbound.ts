/**
 * What may be between a pod's sockets and its application in one process, as a mesh's proxy is in a real pod. Absent on a
 * real cluster, where the mesh brings its own.
 */
import type { Arrival } from "../../domain/measurement/probe.ts";

/** Incoming traffic, before the application sees it. */
export interface Incoming {
  readonly transport: Arrival["transport"];
  /** Source IP address. */
  readonly peer: string;
  /** Destination port. */
  readonly port: number;
  /**
   * Given for HTTP. Header names in lower case. Bytes that are not an HTTP request, which the application would answer with
   * a 400, have an empty method and path.
   */
  readonly request?: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  };
}

/**
 * `allow`: the application gets it, an HTTP request with these headers (lower case) added. `refuse`: HTTP is answered with this
 * status and without the application's marker, TCP is reset, UDP is dropped. `reset`: HTTP and TCP are reset, UDP is dropped.
 * `hang`: there is never an answer. `as-application`: the application gets it and refuses in its own name, with a 403 or an
 * echo of another id.
 */
export type Admittance =
  | { readonly kind: "allow"; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: "refuse"; readonly status: number }
  | { readonly kind: "reset" }
  | { readonly kind: "hang" }
  | { readonly kind: "as-application" };

/** Asked once for each HTTP request, TCP connection and UDP datagram. Must not throw. */
export type Inbound = (incoming: Incoming) => Admittance;

/** What an application that refuses in its own name echoes instead of the id. */
export const REFUSED_ID = "refused";

const ALLOW: Admittance = { kind: "allow" };

/** Everything is allowed if nothing is in front, and over loopback, which is what a pod sends to itself. */
export function admitter(inbound: Inbound | undefined, own: string | undefined): Inbound {
  if (inbound === undefined) return () => ALLOW;
  return (incoming) => (incoming.peer === own ? ALLOW : inbound(incoming));
}
