/** The Cluster port over an API server in memory, with its controllers and pods, and a mesh. */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import { InfrastructureError } from "../../errors.ts";
import type { Admission, Cluster, ObjectQuery, WatchEvent } from "../../ports.ts";
import type { ApiServer } from "../api-server.ts";
import type { DataPlane } from "../data-plane.ts";
import type { AddressBlock } from "./addresses.ts";
import { noAgent, openAgent } from "./agent.ts";
import { runDeployments } from "./deployments.ts";
import { createPodNetwork } from "./network.ts";
import { createPods } from "./pods.ts";
import { runServiceAccounts } from "./service-accounts.ts";
import { createServices } from "./services.ts";
import { createUnderway } from "./underway.ts";
import type { Wire } from "./wire.ts";

export interface ClusterParts {
  readonly api: ApiServer;
  readonly dataPlane: DataPlane;
  readonly addresses: AddressBlock;
  readonly wire: Wire;
  /** From 0 up to but not 1. */
  readonly random: () => number;
  /** Wall clock, ISO 8601. */
  readonly now: () => string;
}

export interface EmbeddedCluster extends Cluster {
  /** Stops everything, including work in progress, and releases every socket and address. Later calls are refused. */
  close(): Promise<void>;
}

/** A write of one of these returns once the cluster has acted on it, so that callers need not poll. */
const KINDS_THAT_RUN = new Set(["Namespace", "ServiceAccount", "Deployment", "Pod"]);

/** The cluster owns the block from here on: `close` releases it. */
export function runCluster({ api, dataPlane, addresses, wire, random, now }: ClusterParts): EmbeddedCluster {
  const underway = createUnderway();
  const batches = new Set<Promise<unknown>>();
  const lostBy = new Map<() => void, (error: Error) => void>();
  let isClosed = false;

  const pods = createPods({
    api,
    addresses,
    dataPlane,
    underway,
    wire,
    now,
    networkOf: (identity) =>
      createPodNetwork({ services, pods, dataPlane, addresses, client: wire.client, random }, identity),
  });
  const services = createServices(api, pods);
  const stopControllers = [runServiceAccounts(api, underway), runDeployments({ api, underway, now }), services.close];

  /** Calls the API server, unless the cluster is closed or the caller has given up. */
  async function ask<T>(question: () => T | Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    if (isClosed)
      throw new InfrastructureError("cluster-unreachable", "the embedded cluster was closed", "Start a new one.");
    return question();
  }

  async function caughtUp<T>(kind: string, answer: T): Promise<T> {
    if (KINDS_THAT_RUN.has(kind)) await underway.settled();
    return answer;
  }

  function isServed({ apiVersion, kind }: ObjectQuery): boolean {
    const [version, group = ""] = apiVersion.split("/").toReversed();
    return api.discover(group).some((one) => one.version === version && one.resources.some((of) => of.kind === kind));
  }

  function note(batch: Promise<unknown>): void {
    const noted = batch.finally(() => batches.delete(noted));
    batches.add(noted);
  }

  async function watch(
    query: ObjectQuery,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
    onLost: (error: Error) => void,
  ): Promise<void> {
    if (!isServed(query))
      throw new InfrastructureError(
        "cluster-unreachable",
        `watching ${query.kind}: ${query.apiVersion} is not served, or has no such kind`,
        "Apply its definition first.",
      );
    const stop = api.watch(query, onEvent);
    lostBy.set(stop, onLost);
    const end = () => {
      lostBy.delete(stop);
      stop();
    };
    signal.addEventListener("abort", end, { once: true });
  }

  async function close(): Promise<void> {
    if (isClosed) return;
    isClosed = true;
    for (const stop of stopControllers) stop();
    for (const [stop, onLost] of lostBy) {
      stop();
      onLost(new Error("the embedded cluster was closed"));
    }
    lostBy.clear();
    const ends = await Promise.allSettled([pods.close(), underway.settled(), Promise.allSettled(batches)]);
    await addresses.release();
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  }

  const write = (object: KubernetesObject, act: () => Admission, signal?: AbortSignal) =>
    ask(act, signal).then((answer) => caughtUp(object.kind, answer));

  return {
    version: () => ask(() => api.version),
    create: (object, options) => write(object, () => api.create(object, options), options?.signal),
    apply: (object, options) => write(object, () => api.apply(object, options), options?.signal),
    get: (ref) => ask(() => api.get(ref)),
    list: (query) => ask(() => api.list(query)),
    watch: (query, onEvent, signal, onLost) => ask(() => watch(query, onEvent, signal, onLost), signal),
    delete: (ref) => ask(() => api.delete(ref)).then(() => caughtUp(ref.kind, undefined)),
    discover: (group) => ask(() => api.discover(group)),
    logs: (pod, lines) =>
      ask(() => {
        const running = pods.find(pod.namespace, pod.name);
        if (running === undefined) return `no log: pods "${pod.name}" not found`;
        if (pod.previous === true) return `no log: previous terminated container in pod "${pod.name}" not found`;
        return running.log
          .slice(-lines)
          .map((line) => `${line}\n`)
          .join("");
      }),
    agent: ({ namespace, name, container }) =>
      ask(() => {
        const running = pods.find(namespace, name);
        if (running === undefined) throw noAgent(`${namespace}/${name}`, `pods "${name}" not found`);
        if (running.container !== container)
          throw noAgent(`${namespace}/${name}`, `container ${container} is not valid for pod ${name}`);
        return openAgent(running, note);
      }),
    close,
  };
}
