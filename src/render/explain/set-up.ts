/** The Kubernetes objects of a fixture, as a person would write them by hand. */
import type { Fixture, Service, Workload } from "../../domain/assertion/fixture.ts";
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import { objectOf, type Subject } from "./subject.ts";

/** An object without fields that hold nothing. */
function filled(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) =>
        value !== undefined && !(typeof value === "object" && value !== null && Object.keys(value).length === 0),
    ),
  );
}

export const namespaceOf = (fixture: Fixture, alias: string | undefined) => alias ?? fixture.namespaces[0] ?? "";

/** A Service over several workloads selects by a label of its own; over one, by the workload's. */
const selectorOf = ({ name, selects }: Service): Readonly<Record<string, string>> =>
  selects.length === 1 ? { app: selects[0] ?? "" } : { [`in-${name}`]: "true" };

function namespace(name: string, { joining }: Subject): KubernetesObject {
  const metadata = filled({
    name,
    labels: joining?.namespaceLabels,
    annotations: joining?.namespaceAnnotations,
  }) as KubernetesObject["metadata"];
  return { apiVersion: "v1", kind: "Namespace", metadata };
}

function service(given: Service, { fixture, joining }: Subject): KubernetesObject {
  const { name, protocol, ports } = given;
  const metadata = filled({
    name,
    namespace: namespaceOf(fixture, given.in),
    annotations: joining?.serviceAnnotations[protocol],
  }) as KubernetesObject["metadata"];
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata,
    spec: {
      selector: selectorOf(given),
      ports: ports.map(({ port, targetPort = port }) => ({
        name: `${protocol}-${port}`,
        port,
        targetPort,
        ...(protocol === "udp" ? { protocol: "UDP" } : { appProtocol: protocol }),
      })),
    },
  };
}

function deployment(name: string, workload: Workload, subject: Subject): KubernetesObject {
  const { fixture, joining, image } = subject;
  const shared = fixture.services.filter(({ selects }) => selects.length > 1 && selects.includes(name));
  const labels = {
    app: name,
    ...Object.assign({}, ...shared.map(selectorOf)),
    ...workload.labels,
    ...(workload.mesh ? joining?.podLabels : {}),
  };
  const account = workload.account ?? name;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: namespaceOf(fixture, workload.in) },
    spec: {
      replicas: workload.replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: filled({ labels, annotations: workload.mesh ? joining?.podAnnotations : undefined }),
        spec: {
          serviceAccountName: account,
          containers: [
            {
              name: "workload",
              image,
              imagePullPolicy: "IfNotPresent",
              env: [
                { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
                { name: "SERVICE_ACCOUNT", valueFrom: { fieldRef: { fieldPath: "spec.serviceAccountName" } } },
                { name: "SERVICE_NAME", value: name },
              ],
            },
          ],
        },
      },
    },
  };
}

/** Namespaces, ServiceAccounts, Services, Deployments and what the fixture builds on, in the order in which they are made. */
export function setUpObjects(subject: Subject): readonly KubernetesObject[] {
  const { fixture } = subject;
  const workloads = Object.entries(fixture.workloads);
  const accounts = new Map(
    workloads.map(([name, w]) => {
      const [of, account] = [namespaceOf(fixture, w.in), w.account ?? name];
      return [`${of}/${account}`, { name: account, namespace: of }] as const;
    }),
  );
  return [
    ...fixture.namespaces.map((name) => namespace(name, subject)),
    ...[...accounts.values()].map((metadata) => ({ apiVersion: "v1", kind: "ServiceAccount", metadata })),
    ...fixture.services.map((given) => service(given, subject)),
    ...workloads.map(([name, workload]) => deployment(name, workload, subject)),
    ...fixture.base.flatMap((resource) => objectOf(subject, resource) ?? []),
  ];
}
