/** The embedded API server as its callers see it: everything happens at once, in memory, in this process. */
import type { KubernetesObject, ObjectRef } from "../domain/kubernetes/object.ts";
import type { Admission, DiscoveredVersion, ObjectQuery, WatchEvent } from "../ports.ts";

export interface ApiServer {
  /** What it says of itself, for example `v1.34.4`. */
  readonly version: string;
  create(object: KubernetesObject, options?: { readonly dryRun?: boolean }): Admission;
  /** Server-side apply, forced. */
  apply(object: KubernetesObject, options?: { readonly dryRun?: boolean; readonly manager?: string }): Admission;
  /** A controller's write of `status` (and of a Pod's or Service's allocated fields): no admission, no new generation. */
  setStatus(ref: ObjectRef, status: Readonly<Record<string, unknown>>): void;
  get(ref: ObjectRef): KubernetesObject | undefined;
  list(query: ObjectQuery): readonly KubernetesObject[];
  /** Absent objects are no error. A Namespace goes once everything in it is gone; deletions tell watchers as usual. */
  delete(ref: ObjectRef): void;
  /** Served versions of a group, preferred first. */
  discover(group: string): readonly DiscoveredVersion[];
  /** Tells of what is there (ADDED), then of each change, in the version that was asked for; returns how to stop it. */
  watch(query: ObjectQuery, onEvent: (event: WatchEvent) => void): () => void;
}
