/** Where the API server serves the objects of a kind, from discovery, which is asked once for each kind. */
import { CoreV1Api, CustomObjectsApi, type KubeConfig } from "@kubernetes/client-node";
import { resourcesIn } from "./answers.ts";

export interface ResourcePlace {
  /** Undefined for the core group. */
  readonly group: string | undefined;
  readonly version: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** @throws Error in the client library's own words for a kind that discovery does not list. */
export type FindResource = (apiVersion: string, kind: string) => Promise<ResourcePlace>;

export function createResourceFinder(config: KubeConfig): FindResource {
  const core = config.makeApiClient(CoreV1Api);
  const groups = config.makeApiClient(CustomObjectsApi);
  const known = new Map<string, ResourcePlace>();
  return async (apiVersion, kind) => {
    const key = `${apiVersion} ${kind}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const [version = "", group] = apiVersion.split("/").toReversed();
    const resources = resourcesIn(
      group === undefined ? await core.getAPIResources() : await groups.getAPIResources({ group, version }),
    );
    const found = resources.find((resource) => resource.kind === kind && !resource.name.includes("/"));
    if (found === undefined) throw new Error(`Unrecognized API version and kind: ${key}`);
    const place = { group, version, plural: found.name, namespaced: found.namespaced };
    known.set(key, place);
    return place;
  };
}
