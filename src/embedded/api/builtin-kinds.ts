/** The built-in kinds that the suite, the embedded runtime and the reference mesh use; each at one version. */
import type { Resource } from "./resource.ts";
import type { Schema } from "./schema.ts";

const listMap = (...keys: readonly string[]): Schema => ({
  "x-kubernetes-list-type": "map",
  "x-kubernetes-list-map-keys": keys,
});
const fields = (properties: Readonly<Record<string, Schema>>): Schema => ({ properties });

/**
 * Which lists server-side apply merges by key; every other list is replaced as a whole, which is coarser than the real
 * server (it also merges environment, volumes and their like).
 */
const podSpec = fields({ containers: listMap("name"), initContainers: listMap("name") });
const workload = fields({ spec: fields({ template: fields({ spec: podSpec }) }) });

const mergeSchemas: Readonly<Record<string, Schema>> = {
  Pod: fields({ spec: podSpec }),
  Deployment: workload,
  DaemonSet: workload,
  StatefulSet: workload,
  ReplicaSet: workload,
  Service: fields({
    spec: fields({ ports: { ...listMap("port", "protocol"), items: fields({ protocol: { default: "TCP" } }) } }),
  }),
};

/** How server-side apply merges a built-in kind; CRDs bring their own schema. */
export const mergeSchemaOf = (kind: string): Schema => mergeSchemas[kind] ?? {};

type Options = Partial<Pick<Resource, "namespaced" | "names" | "generation" | "statusApart">>;

function builtin(apiVersion: string, kind: string, plural: string, options: Options = {}): Resource {
  const [version = "", group = ""] = apiVersion.split("/").toReversed();
  return {
    group,
    kind,
    plural,
    singular: kind.toLowerCase(),
    namespaced: true,
    versions: [{ name: version, served: true, schema: undefined }],
    storage: version,
    names: "subdomain",
    generation: "none",
    statusApart: false,
    converts: false,
    ...options,
  };
}

const run = { generation: "spec", statusApart: true } as const;

export const definitionKind = builtin(
  "apiextensions.k8s.io/v1",
  "CustomResourceDefinition",
  "customresourcedefinitions",
  { ...run, namespaced: false },
);

export const namespaceKind = builtin("v1", "Namespace", "namespaces", {
  namespaced: false,
  names: "label",
  statusApart: true,
});

export const builtinKinds: readonly Resource[] = [
  namespaceKind,
  builtin("v1", "Node", "nodes", { namespaced: false, statusApart: true }),
  builtin("v1", "ServiceAccount", "serviceaccounts"),
  builtin("v1", "Pod", "pods", run),
  builtin("v1", "Service", "services", { names: "service", statusApart: true }),
  builtin("v1", "Endpoints", "endpoints"),
  builtin("v1", "Event", "events"),
  builtin("v1", "ConfigMap", "configmaps"),
  builtin("v1", "Secret", "secrets"),
  builtin("apps/v1", "Deployment", "deployments", run),
  builtin("apps/v1", "DaemonSet", "daemonsets", run),
  builtin("apps/v1", "StatefulSet", "statefulsets", run),
  builtin("apps/v1", "ReplicaSet", "replicasets", run),
  builtin("discovery.k8s.io/v1", "EndpointSlice", "endpointslices"),
  definitionKind,
];
