/** What a Deployment asks for, and the objects that its controller creates. Pure. */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import { accountOf } from "./pod-spec.ts";

/** Label that says which version of the template a pod is of. */
export const TEMPLATE_LABEL = "pod-template-hash";

interface Template {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
}

export interface Wanted {
  readonly replicas: number;
  /** Differs between templates that differ. */
  readonly revision: string;
  /** ServiceAccount of its pods. */
  readonly account: string;
}

/** FNV-1a over UTF-16 units, twice with different starts: 64 bits, in a form that a label can hold. */
function fingerprint(text: string): string {
  const part = (start: number) => {
    let hash = start;
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    return (hash >>> 0).toString(16).padStart(8, "0");
  };
  return part(0x811c9dc5) + part(0x1000193);
}

const templateOf = (deployment: KubernetesObject) => (deployment.spec as { readonly template: Template }).template;

export function wantedBy(deployment: KubernetesObject): Wanted {
  const { replicas = 1 } = deployment.spec as { readonly replicas?: number };
  const template = templateOf(deployment);
  return {
    replicas,
    revision: fingerprint(JSON.stringify(template)),
    account: accountOf({ ...deployment, spec: template.spec }),
  };
}

/** The `n`th pod that a Deployment ever had: `<deployment>-<n>`. */
export function podOf(deployment: KubernetesObject, n: number, { revision, account }: Wanted): KubernetesObject {
  const { name, namespace = "", uid } = deployment.metadata;
  const { metadata = {}, spec = {} } = templateOf(deployment);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `${name}-${n}`,
      namespace,
      labels: { ...metadata.labels, [TEMPLATE_LABEL]: revision },
      annotations: metadata.annotations ?? {},
      ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name, uid, controller: true }],
    },
    spec: { ...spec, serviceAccountName: account },
  };
}

/** Name of the Deployment that controls a pod. */
export function ownerOf(pod: KubernetesObject): string | undefined {
  const owners = (pod.metadata.ownerReferences ?? []) as readonly { readonly kind: string; readonly name: string }[];
  return owners.find(({ kind }) => kind === "Deployment")?.name;
}

export interface Counted {
  readonly all: number;
  readonly updated: number;
  readonly ready: number;
}

export function deploymentStatus(deployment: KubernetesObject, { all, updated, ready }: Counted, replicas: number) {
  return {
    observedGeneration: deployment.metadata.generation,
    replicas: all,
    updatedReplicas: updated,
    readyReplicas: ready,
    availableReplicas: ready,
    unavailableReplicas: Math.max(0, replicas - ready),
    conditions: [{ type: "Available", status: ready >= replicas ? "True" : "False" }],
  };
}

/** `why`: the message of the API server, or the one it would have given. `at`: wall clock, ISO 8601. */
export function failedCreate(deployment: KubernetesObject, n: number, why: string, at: string): KubernetesObject {
  const { name, namespace = "", uid } = deployment.metadata;
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${name}.failed-create-${n}`, namespace },
    involvedObject: { apiVersion: "apps/v1", kind: "Deployment", name, namespace, uid },
    type: "Warning",
    reason: "FailedCreate",
    message: `Error creating: ${why}`,
    source: { component: "deployment-controller" },
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
  };
}
