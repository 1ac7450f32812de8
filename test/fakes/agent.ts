/** The agent of one pod: sends probes into the toy mesh, and keeps the log of those that arrive at its own server. */

import type { KubernetesObject } from "../../src/domain/kubernetes/object.ts";
import type { Arrival, Observation, ProbeBatch, ServerIdentity } from "../../src/domain/measurement/probe.ts";
import { WORKLOAD_LABEL } from "../../src/engine/cell/manifest.ts";
import type { Agent } from "../../src/ports.ts";
import type { World } from "./cluster.ts";
import type { Answer, Ask, Endpoint } from "./toy-mesh.ts";

/** Host names of the toy mesh: `{service}.{namespace}.toy`. */
const HOST = /^([^.]+)\.([^.]+)\./;
/** Virtual milliseconds that a batch takes, however many probes it has. */
const BATCH_MS = 10;
const PROXY = "10.9.9.9";

type ServiceSpec = {
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly { readonly port: number; readonly targetPort: number }[];
};

/** Arrivals by pod; shared by all agents of one cluster. */
const logs = new WeakMap<World, Map<string, Arrival[]>>();

function logOf(world: World, pod: string): Arrival[] {
  const pods = logs.get(world) ?? new Map<string, Arrival[]>();
  logs.set(world, pods);
  const log = pods.get(pod) ?? [];
  pods.set(pod, log);
  return log;
}

const accountOf = (pod: KubernetesObject) => (pod.spec as { serviceAccountName: string }).serviceAccountName;
const workloadOf = (pod: KubernetesObject) => pod.metadata.labels?.[WORKLOAD_LABEL] ?? "";

export function createFakeAgent(world: World, namespace: string, name: string, onClose: () => void): Agent {
  const self = () => world.find("Pod", namespace).find((pod) => pod.metadata.name === name);

  function podsBehind(service: string, inNamespace: string): readonly KubernetesObject[] {
    const found = world.find("Service", inNamespace).find((s) => s.metadata.name === service);
    const selector = Object.entries((found?.spec as ServiceSpec | undefined)?.selector ?? { none: "" });
    return world.find("Pod", inNamespace).filter((p) => selector.every(([k, v]) => p.metadata.labels?.[k] === v));
  }

  function ask(batch: ProbeBatch): (Ask & { readonly pods: readonly KubernetesObject[] }) | undefined {
    const [, service = "", to = ""] = HOST.exec(batch.target.host) ?? [];
    const found = world.find("Service", to).find((s) => s.metadata.name === service);
    const pod = self();
    if (found === undefined || pod === undefined) return undefined;
    const { ports } = found.spec as ServiceSpec;
    const http = batch.request.kind === "http" ? batch.request : { method: "", path: "", headers: {} };
    const known = new Map<string, readonly Endpoint[]>();
    const endpoints = (s: string): readonly Endpoint[] => {
      const found = known.get(s) ?? podsBehind(s, to).map((p) => ({ workload: workloadOf(p), account: accountOf(p) }));
      known.set(s, found);
      return found;
    };
    return {
      from: { name: accountOf(pod), namespace },
      service,
      namespace: to,
      port: ports.find((p) => p.port === batch.target.port)?.targetPort ?? 0,
      transport: batch.request.kind,
      method: http.method,
      path: http.path,
      headers: http.headers,
      objects: world.smiAt(world.clock.now() - world.behaviour.lagMs, to),
      everStored: world.smiEver(to),
      endpoints,
      random: world.random,
      pods: world.find("Pod", to),
    };
  }

  function meet(id: string, request: ReturnType<typeof ask>): Observation {
    if (request === undefined) return { id, ms: 1, failure: "dns", detail: "ENOTFOUND" };
    const refusal: Observation =
      request.transport === "http" ? { id, ms: 1, status: 403 } : { id, ms: 1, failure: "reset", detail: "ECONNRESET" };
    const answer: Answer = world.behaviour.answer(request);
    if (answer === "refused") return refusal;
    if (answer === "dropped") return { id, ms: 4000, failure: "timeout" };
    const workload = "to" in answer ? answer.to : answer.appError;
    const pod = request.pods.find((p) => workloadOf(p) === workload);
    if (pod === undefined || world.down.has(pod.metadata.name))
      return request.transport === "http" ? { ...refusal, status: 503 } : refusal;
    const server: ServerIdentity = { pod: pod.metadata.name, account: accountOf(pod), workload, port: request.port };
    const { transport, port, method, path } = request;
    const headers = [...Object.keys(request.headers), ...(world.behaviour.proxied ? ["x-toy"] : [])];
    const peer = world.behaviour.proxied ? PROXY : "10.1.0.1";
    const base = { id, transport, port, peer, at: world.clock.now() };
    logOf(world, pod.metadata.name).push(transport === "http" ? { ...base, method, path, headers } : base);
    const status = "appError" in answer ? 403 : 200;
    if (transport === "http") return { id, ms: 1, status, server, echoedId: id };
    return { id, ms: 1, server, echoedId: "appError" in answer ? "another" : id };
  }

  return {
    async probe(batch, signal) {
      signal?.throwIfAborted();
      const request = ask(batch);
      const seen = Array.from({ length: batch.count }, (_, n) => meet(`${batch.id}-${n}`, request));
      const dropped = seen.filter((o) => o.failure === "timeout").length;
      await world.clock.wait(BATCH_MS + batch.timeoutMs * Math.ceil(dropped / batch.concurrency), signal);
      return seen;
    },
    arrivals: async (prefix) => logOf(world, name).filter((a) => a.id.startsWith(prefix)),
    health: async () => {
      const pod = self();
      const ok = pod !== undefined && !world.down.has(name);
      const identity = {
        pod: name,
        account: pod === undefined ? "" : accountOf(pod),
        workload: pod === undefined ? "" : workloadOf(pod),
      };
      return { ok, identity, ports: { http: [8080], tcp: [9000], udp: [] }, now: world.clock.now() };
    },
    resolve: async () => ["10.0.0.1"],
    close: async () => onClose(),
  };
}
