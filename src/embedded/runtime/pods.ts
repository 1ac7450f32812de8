/** The kubelet of the one node: runs a workload in this process for each Pod object, on an address of its own. */
import { type KubernetesObject, refOf } from "../../domain/kubernetes/object.ts";
import type { WatchEvent } from "../../ports.ts";
import type { Network } from "../../workload/network.ts";
import type { Workload } from "../../workload/server/server.ts";
import { optionsFromEnv } from "../../workload/settings.ts";
import type { ApiServer } from "../api-server.ts";
import type { DataPlane, PodIdentity } from "../data-plane.ts";
import type { AddressBlock } from "./addresses.ts";
import { accountOf, containerOf, environmentOf, namedPorts } from "./pod-spec.ts";
import { runningStatus, waitingStatus } from "./pod-status.ts";
import type { Underway } from "./underway.ts";
import type { Wire } from "./wire.ts";

/** A pod whose workload is running. */
export interface RunningPod {
  readonly identity: PodIdentity;
  readonly container: string;
  /** Container ports by name. */
  readonly namedPorts: ReadonlyMap<string, number>;
  readonly workload: Workload;
  /** Aborts when the pod is deleted. */
  readonly gone: AbortSignal;
  /** Lines, each with its time. */
  readonly log: readonly string[];
}

export interface PodsOptions {
  readonly api: ApiServer;
  readonly addresses: AddressBlock;
  readonly dataPlane: DataPlane;
  readonly underway: Underway;
  readonly wire: Wire;
  /** Wall clock, ISO 8601. */
  readonly now: () => string;
  /** How a pod's client reaches others; `identity` returns the pod as it currently is. */
  readonly networkOf: (identity: () => PodIdentity) => Network;
}

export interface Pods {
  /** Undefined for an address that no running pod has. */
  byAddress(address: string): PodIdentity | undefined;
  find(namespace: string, name: string): RunningPod | undefined;
  /** The running ones, in the order in which they started. */
  ready(namespace: string): readonly RunningPod[];
  /** Called for each namespace in which a pod started, stopped or changed its labels. */
  onChange(listener: (namespace: string) => void): void;
  /** Stops all of them; those that are still starting are stopped once they have started. */
  close(): Promise<void>;
}

interface Entry {
  identity: PodIdentity;
  readonly container: string;
  readonly namedPorts: ReadonlyMap<string, number>;
  readonly going: AbortController;
  readonly gone: AbortSignal;
  readonly log: string[];
  workload: Workload | undefined;
}

const isRunning = (entry: Entry): entry is Entry & RunningPod => entry.workload !== undefined;

export function createPods(options: PodsOptions): Pods {
  const { api, addresses, dataPlane, underway, now } = options;
  const entries = new Map<string, Entry>();
  const byAddress = new Map<string, Entry>();
  const listeners: ((namespace: string) => void)[] = [];
  const tell = (namespace: string) => {
    for (const listener of listeners) listener(namespace);
  };

  const stopWatching = api.watch({ apiVersion: "v1", kind: "Pod" }, ({ type, object }: WatchEvent) => {
    const key = `${object.metadata.namespace}/${object.metadata.name}`;
    const entry = entries.get(key);
    if (type === "DELETED") {
      entries.delete(key);
      if (entry !== undefined) underway.add(stop(entry));
    } else if (entry === undefined) {
      underway.add(run(key, object));
    } else update(entry, object);
  });

  /** Known from the beginning, so that a deletion finds it. */
  async function run(key: string, pod: KubernetesObject): Promise<void> {
    const entry = begin(pod);
    entries.set(key, entry);
    await start(entry, pod);
  }

  function begin(pod: KubernetesObject): Entry {
    const { name, namespace = "", labels = {}, annotations = {} } = pod.metadata;
    const going = new AbortController();
    return {
      identity: { pod: name, namespace, account: accountOf(pod), address: addresses.take(), labels, annotations },
      container: containerOf(pod).name,
      namedPorts: namedPorts(pod),
      going,
      gone: going.signal,
      log: [],
      workload: undefined,
    };
  }

  async function start(entry: Entry, pod: KubernetesObject): Promise<void> {
    const { address, namespace } = entry.identity;
    const say = (line: string) => entry.log.push(`${now()} smi-workload: ${line}`);
    try {
      const { control: _none, ...fromEnv } = optionsFromEnv(environmentOf(pod, address));
      const workload = await options.wire.start({
        ...fromEnv,
        listen: address,
        network: options.networkOf(() => entry.identity),
        inbound: ({ peer, ...incoming }) =>
          dataPlane.admit({ ...incoming, to: entry.identity, from: byAddress.get(peer)?.identity }),
      });
      if (entry.gone.aborted) return await workload.close();
      entry.workload = workload;
      byAddress.set(address, entry);
      say(`serving ${JSON.stringify(workload.ports)} on ${address}`);
      api.setStatus(refOf(pod), runningStatus(pod, address, now()));
    } catch (error) {
      say((error as Error).message);
      if (!entry.gone.aborted) api.setStatus(refOf(pod), waitingStatus(pod, (error as Error).message, now()));
    }
    tell(namespace);
  }

  async function stop(entry: Entry): Promise<void> {
    byAddress.delete(entry.identity.address);
    entry.going.abort();
    tell(entry.identity.namespace);
    await entry.workload?.close();
  }

  /** Only labels and annotations of a pod may change. The API server returns new objects only for new content. */
  function update(entry: Entry, { metadata: { labels = {}, annotations = {} } }: KubernetesObject): void {
    if (JSON.stringify([labels, annotations]) === JSON.stringify([entry.identity.labels, entry.identity.annotations]))
      return;
    entry.identity = { ...entry.identity, labels, annotations };
    tell(entry.identity.namespace);
  }

  return {
    byAddress: (address) => byAddress.get(address)?.identity,
    find(namespace, name) {
      const entry = entries.get(`${namespace}/${name}`);
      return entry !== undefined && isRunning(entry) ? entry : undefined;
    },
    ready: (namespace) =>
      [...byAddress.values()].filter((entry) => entry.identity.namespace === namespace).filter(isRunning),
    onChange: (listener) => void listeners.push(listener),
    async close() {
      stopWatching();
      await Promise.all([...entries.values()].map(stop));
    },
  };
}
