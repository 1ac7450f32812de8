/** What a Pod object says about the process that runs in it, as far as the workload needs it. */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";

interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly fieldRef?: { readonly fieldPath: string } };
}

interface Container {
  readonly name: string;
  readonly image?: string;
  readonly env?: readonly EnvVar[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
}

interface PodSpec {
  readonly serviceAccountName?: string;
  readonly containers?: readonly Container[];
}

const specOf = (pod: KubernetesObject) => (pod.spec ?? {}) as PodSpec;

/** The ServiceAccount of a pod; `default` if it names none. */
export function accountOf(pod: KubernetesObject): string {
  return specOf(pod).serviceAccountName ?? "default";
}

/** Only the first container of a pod runs here. Sidecars are a matter of meshes that have them. */
export function containerOf(pod: KubernetesObject): { readonly name: string; readonly image: string } {
  const [first] = specOf(pod).containers ?? [];
  return { name: first?.name ?? "workload", image: first?.image ?? "" };
}

/** Container ports that have a name, for Services whose targetPort is one. */
export function namedPorts(pod: KubernetesObject): ReadonlyMap<string, number> {
  const [first] = specOf(pod).containers ?? [];
  return new Map((first?.ports ?? []).flatMap((port) => (port.name ? [[port.name, port.containerPort] as const] : [])));
}

/** The environment of the container; fields of the downward API that are not known here are empty. */
export function environmentOf(pod: KubernetesObject, address: string): Record<string, string> {
  const fields: Readonly<Record<string, string | undefined>> = {
    "metadata.name": pod.metadata.name,
    "metadata.namespace": pod.metadata.namespace,
    "spec.serviceAccountName": accountOf(pod),
    "status.podIP": address,
  };
  const [first] = specOf(pod).containers ?? [];
  return Object.fromEntries(
    (first?.env ?? []).map(({ name, value, valueFrom }) => [
      name,
      value ?? fields[valueFrom?.fieldRef?.fieldPath ?? ""] ?? "",
    ]),
  );
}
