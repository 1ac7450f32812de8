/**
 * Built-in kinds: the defaults that others read, and the few checks that a manifest of a workload or a mesh may fail. Less
 * strict than the real server, which checks every field.
 */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import { at, equal, isMap, type Json } from "./plain-data.ts";
import { duplicate, invalidValue, required } from "./refusal.ts";

type Check = (object: KubernetesObject, old: KubernetesObject | undefined) => readonly string[];

const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isMap) : []);

const portCauses = (path: string, port: unknown): readonly string[] =>
  Number.isInteger(port) && Number(port) >= 1 && Number(port) <= 65535
    ? []
    : [invalidValue(path, port, "must be between 1 and 65535, inclusive")];

const selectorCauses: Check = (object, old) => {
  const selector = at(object, "spec", "selector");
  const labels = at(object, "spec", "template", "metadata", "labels");
  const matchLabels = at(selector, "matchLabels");
  const causes: string[] = [];
  if (selector === undefined) causes.push(required("spec.selector"));
  else if (isMap(matchLabels) && !Object.entries(matchLabels).every(([key, value]) => at(labels, key) === value))
    causes.push(
      invalidValue("spec.template.metadata.labels", labels ?? {}, "`selector` does not match template `labels`"),
    );
  if (listOf(at(object, "spec", "template", "spec", "containers")).length === 0)
    causes.push(required("spec.template.spec.containers"));
  if (old !== undefined && !equal(selector, at(old, "spec", "selector")))
    causes.push(invalidValue("spec.selector", selector, "field is immutable"));
  return causes;
};

const serviceCauses: Check = (object, old) => {
  const spec = isMap(object.spec) ? object.spec : {};
  const ports = listOf(spec.ports);
  const needsPorts = spec.type !== "ExternalName" && spec.clusterIP !== "None";
  const causes: string[] = needsPorts && ports.length === 0 ? [required("spec.ports")] : [];
  const seen = new Set<string>();
  for (const [index, { name, port, protocol, targetPort }] of ports.entries()) {
    const path = `spec.ports[${index}]`;
    if (ports.length > 1 && name === undefined) causes.push(required(`${path}.name`));
    causes.push(...portCauses(`${path}.port`, port));
    if (typeof targetPort !== "string") causes.push(...portCauses(`${path}.targetPort`, targetPort));
    if (seen.has(`${port}/${protocol}`)) causes.push(duplicate(path, { protocol, port }));
    seen.add(`${port}/${protocol}`);
  }
  const before = at(old, "spec", "clusterIP");
  if (typeof before === "string" && before !== spec.clusterIP)
    causes.push(invalidValue("spec.clusterIPs[0]", [spec.clusterIP], "may not change once set"));
  return causes;
};

const podCauses: Check = (object) =>
  listOf(at(object, "spec", "containers")).length === 0 ? [required("spec.containers")] : [];

const checks: Readonly<Record<string, Check>> = {
  Pod: podCauses,
  Service: serviceCauses,
  Deployment: selectorCauses,
  DaemonSet: selectorCauses,
  StatefulSet: selectorCauses,
  ReplicaSet: selectorCauses,
};

/** Causes of an Invalid. @param old the stored object, if this changes one */
export function builtinCauses(object: KubernetesObject, old: KubernetesObject | undefined): readonly string[] {
  return checks[object.kind]?.(object, old) ?? [];
}

const withSpec = (object: KubernetesObject, defaults: Json): KubernetesObject => ({
  ...object,
  spec: { ...defaults, ...(isMap(object.spec) ? object.spec : {}) },
});

function serviceDefaults(object: KubernetesObject): KubernetesObject {
  const filled = withSpec(object, { type: "ClusterIP", sessionAffinity: "None" });
  const spec = filled.spec as Json;
  const ports = listOf(spec.ports).map((port) => ({ protocol: "TCP", targetPort: port.port, ...port }));
  return { ...filled, spec: { ...spec, ...(ports.length > 0 ? { ports } : {}) } };
}

const defaults: Readonly<Record<string, (object: KubernetesObject) => KubernetesObject>> = {
  Namespace: (object) => ({
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...object.metadata.labels, "kubernetes.io/metadata.name": object.metadata.name },
    },
    status: { phase: "Active" },
  }),
  Pod: (object) => ({
    ...withSpec(object, { serviceAccountName: "default", restartPolicy: "Always", terminationGracePeriodSeconds: 30 }),
    status: object.status ?? { phase: "Pending" },
  }),
  Service: serviceDefaults,
  Deployment: (object) => withSpec(object, { replicas: 1 }),
  StatefulSet: (object) => withSpec(object, { replicas: 1 }),
  ReplicaSet: (object) => withSpec(object, { replicas: 1 }),
};

/** The object with the server's defaults for what it omits. */
export function withBuiltinDefaults(object: KubernetesObject): KubernetesObject {
  return defaults[object.kind]?.(object) ?? object;
}
