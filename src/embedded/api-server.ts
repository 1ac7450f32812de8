/** The embedded API server as its callers see it: everything happens immediately, in memory, in this process. */
import type { KubernetesObject, ObjectRef } from "../domain/kubernetes/object.ts";
import type { Admission, DiscoveredVersion, ObjectQuery, WatchEvent } from "../ports.ts";

export interface ApiServer {
  /** The version that it reports, for example `v1.34.4`. */
  readonly version: string;
  create(object: KubernetesObject, options?: { readonly dryRun?: boolean }): Admission;
  /** Server-side apply, forced. */
  apply(object: KubernetesObject, options?: { readonly dryRun?: boolean; readonly manager?: string }): Admission;
  /** A controller's write of `status` (and of a Pod's or Service's allocated fields): no admission, no new generation. */
  setStatus(ref: ObjectRef, status: Readonly<Record<string, unknown>>): void;
  get(ref: ObjectRef): KubernetesObject | undefined;
  list(query: ObjectQuery): readonly KubernetesObject[];
  /** Absent objects are not an error. A Namespace is gone once everything in it is; watchers are told of deletions as usual. */
  delete(ref: ObjectRef): void;
  /** Served versions of a group, preferred first. */
  discover(group: string): readonly DiscoveredVersion[];
  /** Reports existing objects (ADDED), then each change, in the version that was asked for; returns how to stop it. */
  watch(query: ObjectQuery, onEvent: (event: WatchEvent) => void): () => void;
}
