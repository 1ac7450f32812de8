/** The objects that the cases are about: a kind of our own in two versions, and the sample application. */

import type { KubernetesObject } from "../../../src/domain/kubernetes/object.ts";
import { CONTAINER, WORKLOAD_LABEL } from "../../../src/engine/cell/manifest.ts";

export const GROUP = "contract.smi-conformance.example";
export const OLD = `${GROUP}/v1alpha1`;
export const NEW = `${GROUP}/v1alpha2`;

const base = {
  size: { type: "integer", minimum: 1 },
  colour: { type: "string", enum: ["red", "green"] },
  parts: {
    type: "array",
    items: { type: "object", required: ["name"], properties: { name: { type: "string" } } },
  },
  labels: { type: "object", additionalProperties: { type: "string" } },
};

const version = (name: string, stored: boolean, properties: object, served = true) => ({
  name,
  served,
  storage: stored,
  schema: {
    openAPIV3Schema: {
      type: "object",
      required: ["spec"],
      properties: { spec: { type: "object", required: ["size"], properties } },
    },
  },
});

/** Served in two versions without a converter; `shade` is a field of the newer one alone. */
export function widgets(options: { readonly old?: boolean } = {}): KubernetesObject {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `widgets.${GROUP}` },
    spec: {
      group: GROUP,
      scope: "Namespaced",
      names: { kind: "Widget", listKind: "WidgetList", plural: "widgets", singular: "widget" },
      versions: [
        version("v1alpha1", false, base, options.old ?? true),
        version("v1alpha2", true, { ...base, shade: { type: "string" } }),
      ],
    },
  };
}

export function widget(
  namespace: string,
  name: string,
  spec: unknown,
  more: { readonly apiVersion?: string; readonly labels?: Readonly<Record<string, string>> } = {},
): KubernetesObject {
  return {
    apiVersion: more.apiVersion ?? NEW,
    kind: "Widget",
    metadata: { name, namespace, ...(more.labels && { labels: more.labels }) },
    spec,
  };
}

export function account(namespace: string, name: string): KubernetesObject {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } };
}

/** The sample application as a cell of the suite has it. */
export function deployment(
  image: string,
  namespace: string,
  name: string,
  options: { readonly replicas?: number; readonly account?: string } = {},
): KubernetesObject {
  const field = (fieldPath: string) => ({ valueFrom: { fieldRef: { fieldPath } } });
  const labels = { [WORKLOAD_LABEL]: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: {
      replicas: options.replicas ?? 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: options.account ?? name,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 1,
          containers: [
            {
              name: CONTAINER,
              image,
              imagePullPolicy: "IfNotPresent",
              env: [
                { name: "POD_NAME", ...field("metadata.name") },
                { name: "SERVICE_ACCOUNT", ...field("spec.serviceAccountName") },
                { name: "SERVICE_NAME", value: name },
              ],
            },
          ],
        },
      },
    },
  };
}

export interface Port {
  readonly port: number;
  readonly targetPort?: number;
  readonly protocol?: "TCP" | "UDP";
}

export function service(
  namespace: string,
  name: string,
  selects: string | undefined,
  ports: readonly Port[],
  more: { readonly clusterIP?: "None" } = {},
): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: {
      ...more,
      ...(selects === undefined ? {} : { selector: { [WORKLOAD_LABEL]: selects } }),
      ports: ports.map(({ port, targetPort = port, protocol = "TCP" }) => ({
        name: `${protocol.toLowerCase()}-${port}`,
        port,
        targetPort,
        protocol,
      })),
    },
  };
}
