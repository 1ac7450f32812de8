/** Services and their endpoints, kept up to date by a watch, since they are needed for each request. */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import type { ApiServer } from "../api-server.ts";
import type { PodEndpoint, PodIdentity, ServiceRef, ServiceView } from "../data-plane.ts";
import type { Pods } from "./pods.ts";

export interface ServicePort {
  readonly port: number;
  readonly protocol: string;
  /** A number, or the name of a container's port. */
  readonly targetPort: number | string;
}

export interface KnownService {
  readonly ref: ServiceRef;
  /** Undefined for a headless Service. */
  readonly clusterIP: string | undefined;
  readonly ports: readonly ServicePort[];
}

export interface Services extends ServiceView {
  find(namespace: string, name: string): KnownService | undefined;
  byAddress(clusterIP: string): KnownService | undefined;
  /** Ready pods that a Service selects; none if it has no selector. */
  pods(service: KnownService): readonly PodIdentity[];
  behind(service: KnownService, port: ServicePort): readonly PodEndpoint[];
  close(): void;
}

interface Entry extends KnownService {
  readonly selector: Readonly<Record<string, string>> | undefined;
  /** A cache, cleared when a pod of the namespace changes. */
  readonly endpoints: Map<ServicePort, readonly PodEndpoint[]>;
}

interface ServiceSpec {
  readonly clusterIP?: string;
  readonly selector?: Readonly<Record<string, string>>;
  readonly ports?: readonly {
    readonly port: number;
    readonly protocol?: string;
    readonly targetPort?: number | string;
  }[];
}

function entryOf(object: KubernetesObject): Entry {
  const { clusterIP, selector, ports = [] } = (object.spec ?? {}) as ServiceSpec;
  const { name, namespace = "" } = object.metadata;
  return {
    ref: { namespace, name },
    clusterIP: clusterIP === "None" || clusterIP === "" ? undefined : clusterIP,
    ports: ports.map(({ port, protocol = "TCP", targetPort = port }) => ({ port, protocol, targetPort })),
    selector: selector === undefined || Object.keys(selector).length === 0 ? undefined : selector,
    endpoints: new Map(),
  };
}

export function createServices(api: ApiServer, pods: Pods): Services {
  const entries = new Map<string, Entry>();
  const byAddress = new Map<string, Entry>();
  const find = (namespace: string, name: string) => entries.get(`${namespace}/${name}`);

  const close = api.watch({ apiVersion: "v1", kind: "Service" }, ({ type, object }) => {
    const key = `${object.metadata.namespace}/${object.metadata.name}`;
    const last = entries.get(key);
    if (last?.clusterIP !== undefined) byAddress.delete(last.clusterIP);
    entries.delete(key);
    if (type === "DELETED") return;
    const entry = entryOf(object);
    entries.set(key, entry);
    if (entry.clusterIP !== undefined) byAddress.set(entry.clusterIP, entry);
  });
  pods.onChange((namespace) => {
    for (const entry of entries.values()) if (entry.ref.namespace === namespace) entry.endpoints.clear();
  });

  function selected({ ref, selector }: Entry) {
    if (selector === undefined) return [];
    const wanted = Object.entries(selector);
    return pods.ready(ref.namespace).filter(({ identity }) => wanted.every(([k, v]) => identity.labels[k] === v));
  }

  function behind(entry: Entry, port: ServicePort): readonly PodEndpoint[] {
    const known = entry.endpoints.get(port);
    if (known !== undefined) return known;
    const found = selected(entry).flatMap((pod): PodEndpoint[] => {
      const { targetPort } = port;
      const number = typeof targetPort === "number" ? targetPort : pod.namedPorts.get(targetPort);
      // A pod without a port of that name is not an endpoint for it.
      return number === undefined ? [] : [{ pod: pod.identity, port: number }];
    });
    entry.endpoints.set(port, found);
    return found;
  }

  return {
    find,
    byAddress: (address) => byAddress.get(address),
    pods: ({ ref }) => {
      const entry = find(ref.namespace, ref.name);
      return entry === undefined ? [] : selected(entry).map(({ identity }) => identity);
    },
    behind: ({ ref }, port) => {
      const entry = find(ref.namespace, ref.name);
      return entry === undefined ? [] : behind(entry, port);
    },
    endpoints({ namespace, name }, number) {
      const entry = find(namespace, name);
      const port = entry?.ports.find((candidate) => candidate.port === number);
      return entry === undefined || port === undefined ? [] : behind(entry, port);
    },
    ports: ({ namespace, name }) => find(namespace, name)?.ports.map(({ port }) => port),
    close,
  };
}
