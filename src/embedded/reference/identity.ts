/**
 * Who speaks. "Authentication should already be handled by the underlying implementation and surfaced through a subject"
 * (traffic-access v1alpha3, line 12): here each pod's own source address plays the part that mutual TLS plays elsewhere, and
 * the subject is its ServiceAccount (line 30). Only pods of the mesh have a proxy that vouches for them.
 */
import type { Inbound, PodIdentity } from "../data-plane.ts";
import type { Account } from "./policy.ts";

/** The label by which a pod joins the reference mesh. */
export const JOINED_LABEL = "reference-mesh.smi/joined";

export const isJoined = (pod: PodIdentity): boolean => pod.labels[JOINED_LABEL] === "true";

export const accountOf = (pod: PodIdentity): Account => ({ namespace: pod.namespace, name: pod.account });

/** Undefined for a caller without a proxy of the mesh beside it. */
export function callerOf({ from }: Inbound): Account | undefined {
  return from !== undefined && isJoined(from) ? accountOf(from) : undefined;
}
