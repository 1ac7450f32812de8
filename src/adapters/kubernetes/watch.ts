/** Watches objects through the official client: first those that exist, then each change as the API server reports it. */
import { type KubeConfig, Watch } from "@kubernetes/client-node";
import type { ObjectQuery, WatchEvent } from "../../ports.ts";
import { type Listed, objectIn } from "./answers.ts";
import type { ResourcePlace } from "./resources.ts";

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
  let lost = false;
  const lose = (error: unknown) => {
    if (lost || signal.aborted) return;
    lost = true;
    onLost(error instanceof Error ? error : new Error("the API server ended the watch"));
  };
  const watching = await new Watch(config).watch(
    path,
    { resourceVersion, allowWatchBookmarks: false, ...(selector === "" ? {} : { labelSelector: selector }) },
    (type: unknown, object: unknown) => {
      if (signal.aborted || lost) return;
      // An ERROR ends a watch: 410 says that it has to begin anew, with a list.
      if (type === "ERROR") return lose(new Error("the API server ended the watch with an error"));
      if (type !== "ADDED" && type !== "MODIFIED" && type !== "DELETED") return;
      try {
        onEvent({ type, object: objectIn(object) });
      } catch (error) {
        lose(error);
      }
    },
    lose,
  );
  if (signal.aborted || lost) watching.abort();
  else signal.addEventListener("abort", () => watching.abort(), { once: true });
}
