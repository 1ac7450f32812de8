/** CRD objects as an API server lists them, with no more schema than the tests need. */
import type { KubernetesObject } from "../../../src/domain/kubernetes.ts";
import { type SmiKindName, smiKinds } from "../../../src/domain/smi/kinds.ts";
import { type Served, servedFromCrds } from "../../../src/domain/smi/served.ts";

const version = (name: string, storage: boolean, properties: unknown = {}, served = true) => ({
  name,
  served,
  storage,
  schema: { openAPIV3Schema: { type: "object", properties } },
});

export const headersSchema = (type: string) => ({
  items: { type: "object", properties: { headers: { type } } },
});

export interface CrdOptions {
  /** `properties` of the schema. */
  readonly properties?: unknown;
  readonly notServed?: readonly string[];
  readonly scope?: string;
  readonly conditions?: readonly string[];
}

export function crdOf(name: SmiKindName, versions: readonly string[], options: CrdOptions = {}): KubernetesObject {
  const { kind, group, plural, shortName } = smiKinds[name];
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: options.scope ?? "Namespaced",
      names: { kind, plural, shortNames: [shortName] },
      versions: versions.map((v, i) => version(v, i === 0, options.properties, !options.notServed?.includes(v))),
    },
    status: {
      conditions: (options.conditions ?? ["Established", "NamesAccepted"]).map((type) => ({ type, status: "True" })),
    },
  };
}

/** What a mesh serves: access, specs (both kinds) and split, by number of version. */
export const serving = (access: string, specs: string, split: string): Served =>
  servedFromCrds([
    crdOf("TrafficTarget", [access]),
    crdOf("HTTPRouteGroup", [specs]),
    crdOf("TCPRoute", [specs]),
    crdOf("TrafficSplit", [split]),
  ]);
