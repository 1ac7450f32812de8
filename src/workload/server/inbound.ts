/**
 * What may stand between a pod's sockets and its application in one process, as a mesh's proxy does in a real pod. Absent
 * on a real cluster: there the mesh brings its own.
 */
import type { Arrival } from "../../domain/measurement/probe.ts";

/** What has come in, before the application is told. */
export interface Incoming {
  readonly transport: Arrival["transport"];
  /** IP address that it came from. */
  readonly peer: string;
  /** Port that it came to. */
  readonly port: number;
  /**
   * Given for HTTP. Header names in lower case. Bytes that are no HTTP request, which the application would answer by a
   * 400, have an empty method and path.
   */
  readonly request?: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  };
}

/**
 * `allow`: the application gets it, an HTTP request with these headers (lower case) added. `refuse`: HTTP is answered with this status
 * and without the application's marker, TCP is reset, UDP is dropped. `reset`: as it says; UDP is dropped. `hang`: no
 * answer, ever. `as-application`: the application gets it, and refuses in its own name: a 403, or an echo of another id.
 */
export type Admittance =
  | { readonly kind: "allow"; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: "refuse"; readonly status: number }
  | { readonly kind: "reset" }
  | { readonly kind: "hang" }
  | { readonly kind: "as-application" };

/** Asked once for each HTTP request, TCP connection and UDP datagram. Must not throw. */
export type Inbound = (incoming: Incoming) => Admittance;

/** What an application that refuses in its own name echoes in place of the id. */
export const REFUSED_ID = "refused";

const ALLOW: Admittance = { kind: "allow" };

/** With nothing in front, or for what a pod sends to itself, which is its loopback, everything is allowed. */
export function admitter(inbound: Inbound | undefined, own: string | undefined): Inbound {
  if (inbound === undefined) return () => ALLOW;
  return (incoming) => (incoming.peer === own ? ALLOW : inbound(incoming));
}
