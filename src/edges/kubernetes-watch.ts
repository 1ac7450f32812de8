/** Watches objects through the official client: what is there first, then each change as the API server tells of it. */
import { CoreV1Api, CustomObjectsApi, type KubeConfig, Watch } from "@kubernetes/client-node";
import type { KubernetesObject } from "../domain/kubernetes.ts";
import type { ObjectQuery, WatchEvent } from "../ports.ts";

interface Listed {
  readonly items: readonly KubernetesObject[];
  readonly resourceVersion: string;
}

/** URL path of a query's collection. @throws Error for a kind that discovery does not list. */
export async function collectionPath(config: KubeConfig, query: ObjectQuery): Promise<string> {
  const [version = "", group] = query.apiVersion.split("/").toReversed();
  const { resources } =
    group === undefined
      ? await config.makeApiClient(CoreV1Api).getAPIResources()
      : await config.makeApiClient(CustomObjectsApi).getAPIResources({ group, version });
  const found = resources.find(({ kind, name }) => kind === query.kind && !name.includes("/"));
  if (found === undefined) throw new Error(`Unrecognized API version and kind: ${query.apiVersion} ${query.kind}`);
  const root = group === undefined ? "/api/v1" : `/apis/${query.apiVersion}`;
  return `${root}${query.namespace === undefined ? "" : `/namespaces/${query.namespace}`}/${found.name}`;
}

/** Resolves once the watch is under way; `onLost` is told when it ends other than by `signal`. */
export async function watchObjects(
  config: KubeConfig,
  query: ObjectQuery,
  list: () => Promise<Listed>,
  selector: string,
  onEvent: (event: WatchEvent) => void,
  signal: AbortSignal,
  onLost: (error: Error) => void,
): Promise<void> {
  const path = await collectionPath(config, query);
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
