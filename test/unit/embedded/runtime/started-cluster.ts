/** A running cluster with a data plane of the test's own, and the objects that tests put into it. */
import { onTestFinished } from "vitest";
import type { KubernetesObject } from "../../../../src/domain/kubernetes/object.ts";
import type { Observation, ProbeBatch } from "../../../../src/domain/measurement/probe.ts";
import { createApiServer } from "../../../../src/embedded/api/server.ts";
import type { ApiServer } from "../../../../src/embedded/api-server.ts";
import { type DataPlane, noDataPlane } from "../../../../src/embedded/data-plane.ts";
import { seeded } from "../../../../src/embedded/random.ts";
import { claimBlock, unclaimedBlock } from "../../../../src/embedded/runtime/addresses.ts";
import { type EmbeddedCluster, runCluster } from "../../../../src/embedded/runtime/running-cluster.ts";
import { socketWire, type Wire } from "../../../../src/embedded/runtime/wire.ts";
import type { Agent } from "../../../../src/ports.ts";

export const NAMESPACE = "n";
export const PORTS = { tcp: [8080, 8081, 9000, 9001, 9091], udp: [9100, 9101] };

const namespaced = (name: string, namespace = NAMESPACE) => ({ name, namespace });

export const account = (name: string, namespace?: string): KubernetesObject => ({
  apiVersion: "v1",
  kind: "ServiceAccount",
  metadata: namespaced(name, namespace),
});

interface DeploymentOptions {
  readonly replicas?: number;
  readonly account?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly namespace?: string;
}

export function deployment(name: string, options: DeploymentOptions = {}): KubernetesObject {
  const field = (fieldPath: string) => ({ valueFrom: { fieldRef: { fieldPath } } });
  const container = {
    name: "workload",
    image: "embedded",
    env: [
      { name: "POD_NAME", ...field("metadata.name") },
      { name: "SERVICE_ACCOUNT", ...field("spec.serviceAccountName") },
      { name: "SERVICE_NAME", value: name },
    ],
    ports: [{ name: "web", containerPort: 8081 }],
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: namespaced(name, options.namespace),
    spec: {
      replicas: options.replicas ?? 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name, ...options.labels }, annotations: { note: "x" } },
        spec: { serviceAccountName: options.account ?? name, containers: [container] },
      },
    },
  };
}

export const service = (name: string, spec: object, namespace?: string): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: namespaced(name, namespace),
  spec,
});

export interface Started {
  readonly cluster: EmbeddedCluster;
  readonly api: ApiServer;
  put(...objects: readonly KubernetesObject[]): Promise<void>;
  /** Names of the pods of a Deployment, sorted. */
  pods(app: string, namespace?: string): Promise<readonly string[]>;
  address(pod: string, namespace?: string): Promise<string>;
  agent(pod: string, namespace?: string): Promise<Agent>;
}

/** With the namespace `n` in it; closed when the test has finished. */
export async function startCluster(dataPlane: DataPlane = noDataPlane): Promise<Started> {
  const started = await openCluster(dataPlane);
  onTestFinished(() => started.cluster.close());
  return started;
}

/** The same for who closes it. */
export async function openCluster(dataPlane: DataPlane, wire: Wire = socketWire): Promise<Started> {
  const addresses = wire === socketWire ? await claimBlock(PORTS) : unclaimedBlock();
  const now = () => "2026-01-01T00:00:00Z";
  const api = createApiServer({ now, clusterIP: addresses.take });
  const cluster = runCluster({ api, dataPlane, addresses, wire, random: seeded(1), now });
  const listed = (app: string, namespace: string) =>
    cluster.list({ apiVersion: "v1", kind: "Pod", namespace, labels: { app } });
  const put = async (...objects: readonly KubernetesObject[]) => {
    for (const object of objects) {
      const answer = await cluster.apply(object);
      if (!answer.accepted) throw new Error(answer.message);
    }
  };
  await put({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
  return {
    cluster,
    api,
    put,
    pods: async (app, namespace = NAMESPACE) =>
      (await listed(app, namespace)).map(({ metadata }) => metadata.name).sort(),
    address: async (name, namespace = NAMESPACE) => {
      const pod = await cluster.get({ apiVersion: "v1", kind: "Pod", name, namespace });
      return (pod?.status as { podIP?: string } | undefined)?.podIP ?? "";
    },
    agent: (name, namespace = NAMESPACE) => cluster.agent({ namespace, name, container: "workload" }),
  };
}

export const GET = { kind: "http", protocol: "http/1.1", method: "GET", path: "/", headers: {} } as const;

export function batch(host: string, port: number, changes: Partial<ProbeBatch> = {}): ProbeBatch {
  return {
    id: "b",
    target: { host, port },
    request: GET,
    count: 1,
    connection: "fresh",
    concurrency: 4,
    // For what is answered: no answer is late on a machine that is busy with other tests.
    timeoutMs: 30_000,
    ...changes,
  };
}

/** Who answered, or how it failed. */
export const answers = (seen: readonly Observation[]) =>
  seen.map(({ server, failure, status }) => failure ?? server?.pod ?? status);
