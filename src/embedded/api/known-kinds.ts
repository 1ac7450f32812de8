/** The kinds that are served: built-in ones, and one for each CustomResourceDefinition. */
import type { DiscoveredVersion } from "../../ports.ts";
import { builtinKinds } from "./builtin-kinds.ts";
import { compareVersions, groupVersion, type Resource, type ServedSchema } from "./resource.ts";

export interface KnownVersion {
  readonly resource: Resource;
  readonly version: ServedSchema;
}

export interface KnownKinds {
  /** Undefined if the kind, or this version of it, is not served. */
  find(apiVersion: string, kind: string): KnownVersion | undefined;
  /** The kind as it is defined now; as given, if it no longer is. */
  current(resource: Resource): Resource;
  /** Replaces an older definition of the same kind. */
  add(resource: Resource): void;
  remove(resource: Resource): void;
  discover(group: string): readonly DiscoveredVersion[];
}

export function createKnownKinds(): KnownKinds {
  const kinds = new Map<string, Resource>();
  const key = ({ group, kind }: { readonly group: string; readonly kind: string }) => `${group}/${kind}`;
  for (const resource of builtinKinds) kinds.set(key(resource), resource);

  return {
    find(apiVersion, kind) {
      const { group, version } = groupVersion(apiVersion);
      const resource = kinds.get(key({ group, kind }));
      const served = resource?.versions.find(({ name, served }) => served && name === version);
      return resource === undefined || served === undefined ? undefined : { resource, version: served };
    },
    current: (resource) => kinds.get(key(resource)) ?? resource,
    add: (resource) => void kinds.set(key(resource), resource),
    remove: (resource) => void kinds.delete(key(resource)),
    discover(group) {
      const found = new Map<string, DiscoveredVersion["resources"][number][]>();
      for (const resource of kinds.values()) {
        if (resource.group !== group) continue;
        const { plural: name, kind, namespaced } = resource;
        for (const { name: version, served } of resource.versions)
          if (served) found.set(version, [...(found.get(version) ?? []), { name, kind, namespaced }]);
      }
      return [...found]
        .sort(([a], [b]) => compareVersions(a, b))
        .map(([version, resources]) => ({ version, resources }));
    },
  };
}
