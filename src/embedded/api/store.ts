/** The stored objects by group, kind, namespace and name, each in its storage version and frozen. */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import type { Resource } from "./resource.ts";

export interface Entry {
  readonly resource: Resource;
  readonly object: KubernetesObject;
  /** What each manager last applied, in the version that it used. */
  readonly applied: ReadonlyMap<string, KubernetesObject>;
}

type Names = Map<string, Entry>;

export interface Store {
  find(resource: Resource, namespace: string, name: string): Entry | undefined;
  put(entry: Entry): void;
  remove(entry: Entry): void;
  /** Of one namespace, or of all; sorted by namespace and name, as an API server lists. */
  list(resource: Resource, namespace?: string): readonly Entry[];
  /** Everything in a namespace, by kind. */
  within(namespace: string): readonly Entry[];
}

const byName = (a: Entry, b: Entry) => {
  const left = a.object.metadata;
  const right = b.object.metadata;
  if (left.namespace !== right.namespace) return (left.namespace ?? "") < (right.namespace ?? "") ? -1 : 1;
  return left.name < right.name ? -1 : 1;
};

export function createStore(): Store {
  const kinds = new Map<string, Map<string, Names>>();
  const key = ({ group, kind }: Resource) => `${group}/${kind}`;
  const namespaceOf = ({ object }: Entry) => object.metadata.namespace ?? "";

  function namesOf(entry: Entry): Names {
    const kind = kinds.get(key(entry.resource)) ?? new Map<string, Names>();
    kinds.set(key(entry.resource), kind);
    const names = kind.get(namespaceOf(entry)) ?? new Map<string, Entry>();
    kind.set(namespaceOf(entry), names);
    return names;
  }

  return {
    find: (resource, namespace, name) => kinds.get(key(resource))?.get(namespace)?.get(name),
    put: (entry) => void namesOf(entry).set(entry.object.metadata.name, entry),
    remove(entry) {
      const names = namesOf(entry);
      names.delete(entry.object.metadata.name);
      if (names.size === 0) kinds.get(key(entry.resource))?.delete(namespaceOf(entry));
    },
    list(resource, namespace) {
      const kind = kinds.get(key(resource));
      const found =
        namespace === undefined
          ? [...(kind?.values() ?? [])].flatMap((n) => [...n.values()])
          : [...(kind?.get(namespace)?.values() ?? [])];
      return found.sort(byName);
    },
    within: (namespace) => [...kinds.values()].flatMap((kind) => [...(kind.get(namespace)?.values() ?? [])]),
  };
}
