/**
 * Writes objects as they are. The client library's typed calls know the fields of built-in kinds by names of their own (`_enum`
 * for a schema's `enum`, `_from` for a policy's `from`) and silently drop what a plain object calls by its real name.
 */
import { CustomObjectsApi, type KubeConfig, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import type { FindResource } from "./resources.ts";

export interface WriteParameters {
  readonly fieldManager: string;
  readonly dryRun?: "All";
}

export interface Writer {
  /** Undefined for kinds of the core group, which this cannot write. @throws Error for a kind that discovery does not list. */
  create(object: KubernetesObject, parameters: WriteParameters): Promise<KubernetesObject | undefined>;
  /** Server-side apply, forced. */
  apply(object: KubernetesObject, parameters: WriteParameters): Promise<KubernetesObject | undefined>;
}

const asApply = () => setHeaderOptions("Content-Type", PatchStrategy.ServerSideApply);

export function createWriter(config: KubeConfig, findResource: FindResource): Writer {
  const api = config.makeApiClient(CustomObjectsApi);

  async function placeOf({ apiVersion, kind }: KubernetesObject) {
    // The core group has no custom objects: the caller writes these by another call.
    if (!apiVersion.includes("/")) return undefined;
    const { group = "", ...place } = await findResource(apiVersion, kind);
    return { group, ...place };
  }

  return {
    async create(object, parameters) {
      const place = await placeOf(object);
      if (place === undefined) return undefined;
      const request = { ...place, ...parameters, body: object };
      const { namespace = "default" } = object.metadata;
      return place.namespaced
        ? api.createNamespacedCustomObject({ ...request, namespace })
        : api.createClusterCustomObject(request);
    },
    async apply(object, parameters) {
      const place = await placeOf(object);
      if (place === undefined) return undefined;
      const { name, namespace = "default" } = object.metadata;
      const request = { ...place, ...parameters, name, body: object, force: true };
      return place.namespaced
        ? api.patchNamespacedCustomObject({ ...request, namespace }, asApply())
        : api.patchClusterCustomObject(request, asApply());
    },
  };
}
