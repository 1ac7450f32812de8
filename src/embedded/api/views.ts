/** Stored objects as each served version shows them. A view is made once and shared, so that reading is cheap. */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import { pruned } from "./admission.ts";
import type { KnownVersion } from "./known-kinds.ts";
import { equal, freeze } from "./plain-data.ts";
import { apiVersionOf, type Resource, type ServedSchema } from "./resource.ts";

export interface Views {
  /** In another version. Without a conversion webhook only apiVersion changes. */
  convert(resource: Resource, object: KubernetesObject, version: string): KubernetesObject;
  /** As this version shows it: converted, pruned and frozen. */
  read(known: KnownVersion, object: KubernetesObject): KubernetesObject;
  /** The same by a version's name; undefined if that is not served. */
  readAs(resource: Resource, version: string, object: KubernetesObject): KubernetesObject | undefined;
}

/** A conversion webhook: returns the object in another version of its group, given by name. */
export type Convert = (object: KubernetesObject, version: string) => KubernetesObject;

export function createViews(webhook: Convert | undefined): Views {
  const made = new WeakMap<KubernetesObject, Map<ServedSchema, KubernetesObject>>();

  function convert(resource: Resource, object: KubernetesObject, version: string): KubernetesObject {
    const apiVersion = apiVersionOf(resource.group, version);
    if (object.apiVersion === apiVersion) return object;
    return resource.converts && webhook !== undefined ? webhook(object, version) : { ...object, apiVersion };
  }

  function show({ resource, version }: KnownVersion, object: KubernetesObject): KubernetesObject {
    if (version.schema === undefined) return object;
    const view = pruned(convert(resource, object, version.name), version.schema);
    return equal(view, object) ? object : freeze(view);
  }

  function read(known: KnownVersion, object: KubernetesObject): KubernetesObject {
    const views = made.get(object) ?? new Map<ServedSchema, KubernetesObject>();
    made.set(object, views);
    const view = views.get(known.version) ?? show(known, object);
    views.set(known.version, view);
    return view;
  }

  return {
    convert,
    read,
    readAs(resource, version, object) {
      const served = resource.versions.find((v) => v.served && v.name === version);
      return served && read({ resource, version: served }, object);
    },
  };
}
