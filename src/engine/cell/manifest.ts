/** The Kubernetes objects of a test cell: a fixture in namespaces of its own, joined to the mesh. Pure. */
import type { Fixture, Service, Workload } from "../../domain/assertion/fixture.ts";
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import type { Bindings } from "../../domain/smi/render.ts";
import type { MeshProfile } from "../../mesh/profile.ts";

export const RUN_LABEL = "smi-conformance/run";
export const WORKLOAD_LABEL = "smi-conformance/workload";
export const CONTAINER = "workload";

export interface CellPlan {
  /** For people: `access-1`. */
  readonly id: string;
  /** Short id of the run, in every namespace's name, so that runs on one cluster do not collide. */
  readonly run: string;
  readonly fixture: Fixture;
  readonly profile: MeshProfile;
  /** Image of the workload. */
  readonly image: string;
}

export function namespacesOf(plan: CellPlan): Readonly<Record<string, string>> {
  const single = plan.fixture.namespaces.length === 1;
  return Object.fromEntries(
    plan.fixture.namespaces.map((alias) => [alias, `smi-${plan.run}-${plan.id}${single ? "" : `-${alias}`}`]),
  );
}

export function bindingsOf(plan: CellPlan): Bindings {
  const first = plan.fixture.namespaces[0] ?? "";
  return {
    namespaces: namespacesOf(plan),
    accounts: Object.fromEntries(
      Object.entries(plan.fixture.workloads).map(([name, workload]) => [
        name,
        { account: workload.account ?? name, in: workload.in ?? first },
      ]),
    ),
  };
}

/** Pods of a service carry this label, so that a root service can select several workloads. */
const serviceLabel = (service: string) => `smi-conformance/in-${service}`;

function deployment(plan: CellPlan, name: string, workload: Workload, namespace: string): KubernetesObject {
  const { join } = plan.profile;
  const labels = {
    [WORKLOAD_LABEL]: name,
    ...Object.fromEntries(
      plan.fixture.services.filter((s) => s.selects.includes(name)).map((s) => [serviceLabel(s.name), "true"]),
    ),
    ...workload.labels,
  };
  const field = (fieldPath: string) => ({ valueFrom: { fieldRef: { fieldPath } } });
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels: { [RUN_LABEL]: plan.run, [WORKLOAD_LABEL]: name } },
    spec: {
      replicas: workload.replicas,
      selector: { matchLabels: { [WORKLOAD_LABEL]: name } },
      template: {
        metadata: {
          labels: { ...labels, ...(workload.mesh ? join.podLabels : {}) },
          annotations: workload.mesh ? join.podAnnotations : {},
        },
        spec: {
          serviceAccountName: workload.account ?? name,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          // With the default of five, each look-up of a mesh's names would try all search domains first.
          dnsConfig: { options: [{ name: "ndots", value: "2" }] },
          // A pod that is deleted has nothing left to finish.
          terminationGracePeriodSeconds: 1,
          containers: [
            {
              name: CONTAINER,
              image: plan.image,
              imagePullPolicy: "IfNotPresent",
              env: [
                { name: "POD_NAME", ...field("metadata.name") },
                { name: "SERVICE_ACCOUNT", ...field("spec.serviceAccountName") },
                { name: "SERVICE_NAME", value: name },
              ],
              // No readiness probe: under a deny-all policy the kubelet would be refused too. The agent is asked instead.
            },
          ],
        },
      },
    },
  };
}

function service(plan: CellPlan, spec: Service, namespace: string): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: spec.name,
      namespace,
      labels: { [RUN_LABEL]: plan.run },
      annotations: plan.profile.join.serviceAnnotations[spec.protocol] ?? {},
    },
    spec: {
      selector: { [serviceLabel(spec.name)]: "true" },
      ports: spec.ports.map(({ port, targetPort }) => ({
        name: `${spec.protocol}-${port}`,
        port,
        targetPort: targetPort ?? port,
        protocol: spec.protocol === "udp" ? "UDP" : "TCP",
        ...(spec.protocol === "udp" ? {} : { appProtocol: spec.protocol }),
      })),
    },
  };
}

/** In the order in which they have to be created. */
export function cellObjects(plan: CellPlan): readonly KubernetesObject[] {
  const { fixture, profile } = plan;
  const namespaces = namespacesOf(plan);
  const first = fixture.namespaces[0] ?? "";
  const of = (alias: string | undefined) => namespaces[alias ?? first] ?? "";
  const accounts = new Map(
    Object.entries(fixture.workloads).map(
      ([name, w]) => [`${of(w.in)}/${w.account ?? name}`, [of(w.in), w.account ?? name]] as const,
    ),
  );
  return [
    ...Object.values(namespaces).map(
      (name): KubernetesObject => ({
        apiVersion: "v1",
        kind: "Namespace",
        metadata: {
          name,
          labels: { [RUN_LABEL]: plan.run, ...profile.join.namespaceLabels },
          annotations: profile.join.namespaceAnnotations,
        },
      }),
    ),
    ...[...accounts.values()].map(
      ([namespace, name]): KubernetesObject => ({
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name, namespace, labels: { [RUN_LABEL]: plan.run } },
      }),
    ),
    ...fixture.services.map((spec) => service(plan, spec, of(spec.in))),
    ...Object.entries(fixture.workloads).map(([name, workload]) => deployment(plan, name, workload, of(workload.in))),
  ];
}
