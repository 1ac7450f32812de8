/**
 * Who speaks. "Authentication should already be handled by the underlying implementation and surfaced through a subject"
 * (traffic-access v1alpha3, line 12): here each pod's own source address is what mutual TLS is elsewhere, and the
 * subject is its ServiceAccount (line 30). Only pods of the mesh have a proxy that vouches for them.
 */
import type { Inbound, PodIdentity } from "../data-plane.ts";
import type { MeshFaults } from "../mutants/mesh-faults.ts";
import { type Account, keyOf } from "./policy.ts";

/** The label by which a pod joins the reference mesh. */
export const JOINED_LABEL = "reference-mesh.smi/joined";

export const isJoined = (pod: PodIdentity): boolean => pod.labels[JOINED_LABEL] === "true";

export const accountOf = (pod: PodIdentity): Account => ({ namespace: pod.namespace, name: pod.account });

/** Undefined for who has no proxy of the mesh beside it. */
export function callerOf({ from, to, request }: Inbound, faults: MeshFaults): Account | undefined {
  const claim = request?.headers.servicename;
  if (faults.trustsServiceName && typeof claim === "string") return { namespace: to.namespace, name: claim };
  return from !== undefined && isJoined(from) ? accountOf(from) : undefined;
}

/** Whether a source of a target is meant to hold this caller. "A pod which holds the reference service identity" (line 23). */
export function isSame(source: Account, caller: Account, faults: MeshFaults): boolean {
  if (faults.ignoresSourceNamespace) return source.name === caller.name;
  if (faults.widensSourceToNamespace) return source.namespace === caller.namespace;
  return keyOf(source) === keyOf(caller);
}
