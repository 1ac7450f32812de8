/** Watches objects through the official client: first those that exist, then each change as the API server reports it. */
import { type KubeConfig, Watch } from "@kubernetes/client-node";
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import type { ObjectQuery, WatchEvent } from "../../ports.ts";
import type { ResourcePlace } from "./resources.ts";

interface Listed {
  readonly items: readonly KubernetesObject[];
  readonly resourceVersion: string;
}

/** URL path of a query's collection. */
function collectionPath({ group, version, plural }: ResourcePlace, namespace: string | undefined): string {
  const root = group === undefined ? "/api/v1" : `/apis/${group}/${version}`;
  return `${root}${namespace === undefined ? "" : `/namespaces/${namespace}`}/${plural}`;
}

/** Resolves once the watch is under way; `onLost` is called when it ends other than by `signal`. */
export async function watchObjects(
  config: KubeConfig,
  place: ResourcePlace,
  query: ObjectQuery,
  list: () => Promise<Listed>,
  selector: string,
  onEvent: (event: WatchEvent) => void,
  signal: AbortSignal,
  onLost: (error: Error) => void,
): Promise<void> {
  const path = collectionPath(place, query.namespace);
  const { items, resourceVersion } = await list();
  for (const object of items) onEvent({ type: "ADDED", object });
  if (signal.aborted) return;
  const watching = await new Watch(config).watch(
    path,
    { resourceVersion, allowWatchBookmarks: false, ...(selector === "" ? {} : { labelSelector: selector }) },
    (type: string, object: KubernetesObject) => {
      if (signal.aborted) return;
      if (type === "ADDED" || type === "MODIFIED" || type === "DELETED") onEvent({ type, object });
    },
    (error: unknown) => {
      if (!signal.aborted) onLost(error instanceof Error ? error : new Error("the API server ended the watch"));
    },
  );
  if (signal.aborted) watching.abort();
  else signal.addEventListener("abort", () => watching.abort(), { once: true });
}
