/** A reference mesh among pods and Services that are data: no sockets, no time, and chance that is spread evenly. */
import type { KubernetesObject } from "../../../../src/domain/kubernetes/object.ts";
import { type SmiKindName, smiKinds } from "../../../../src/domain/smi/kinds.ts";
import { smiDefinitions } from "../../../../src/embedded/api/definitions.ts";
import type { ApiServer } from "../../../../src/embedded/api-server.ts";
import type {
  PodEndpoint,
  PodIdentity,
  ServiceRef,
  ServiceView,
  Transport,
} from "../../../../src/embedded/data-plane.ts";
import type { Faults } from "../../../../src/embedded/mutants/faults.ts";
import { createFaultyMesh } from "../../../../src/embedded/mutants/faulty-mesh.ts";
import { JOINED_LABEL } from "../../../../src/embedded/reference/identity.ts";
import { type Choices, defaultChoices } from "../../../../src/embedded/reference/open-choices.ts";
import { createVirtualClock } from "../../../../src/embedded/time/virtual-clock.ts";
import type { ObjectQuery, WatchEvent } from "../../../../src/ports.ts";

/** Served versions by API group. */
export type Served = Readonly<Record<string, string>>;
const newest: Served = { access: "v1alpha3", specs: "v1alpha4", split: "v1alpha4" };

const keyOf = (kind: string, namespace: string | undefined, name: string) => `${kind} ${namespace}/${name}`;

/** As much of an API server as the mesh asks for; what is applied is believed. */
export function fakeApi(served: Served = newest): ApiServer & { readonly created: KubernetesObject[] } {
  const objects = new Map<string, KubernetesObject>();
  const created: KubernetesObject[] = [];
  const watchers: { readonly query: ObjectQuery; readonly onEvent: (event: WatchEvent) => void }[] = [];
  let uids = 0;
  const tell = (event: WatchEvent) => {
    for (const { query, onEvent } of watchers) if (query.kind === event.object.kind) onEvent(event);
  };
  const put = (object: KubernetesObject) => {
    const key = keyOf(object.kind, object.metadata.namespace, object.metadata.name);
    const before = objects.get(key);
    if (before === undefined) uids += 1;
    const uid = before?.metadata.uid ?? `uid-${uids}`;
    const creationTimestamp = `2024-01-01T00:00:${String(uids).padStart(2, "0")}Z`;
    const stored = { ...object, metadata: { creationTimestamp, ...object.metadata, uid } };
    objects.set(key, stored);
    tell({ type: before === undefined ? "ADDED" : "MODIFIED", object: stored });
    return { accepted: true as const, stored };
  };
  const versions = Object.fromEntries(Object.entries(served).map(([group, version]) => [group, [version]]));
  for (const definition of smiDefinitions(versions))
    objects.set(keyOf(definition.kind, undefined, definition.metadata.name), definition);
  return {
    created,
    version: "v1.34.4",
    create(object) {
      created.push(object);
      return put(object);
    },
    apply: put,
    setStatus: () => {},
    get: ({ kind, namespace, name }) => objects.get(keyOf(kind, namespace, name)),
    list: ({ kind }) => [...objects.values()].filter((object) => object.kind === kind),
    delete({ kind, namespace, name }) {
      const key = keyOf(kind, namespace, name);
      const object = objects.get(key);
      objects.delete(key);
      if (object !== undefined) tell({ type: "DELETED", object });
    },
    discover: () => [],
    watch(query, onEvent) {
      const watcher = { query, onEvent };
      watchers.push(watcher);
      for (const object of [...objects.values()].filter(({ kind }) => kind === query.kind))
        onEvent({ type: "ADDED", object });
      return () => watchers.splice(watchers.indexOf(watcher), 1);
    },
  };
}

export function pod(name: string, namespace: string, account: string, index: number, joined = true): PodIdentity {
  const labels = joined ? { [JOINED_LABEL]: "true" } : {};
  return { pod: name, namespace, account, address: `127.1.0.${index}`, labels, annotations: {} };
}

const table: readonly (readonly [name: string, namespace: string, account: string, joined?: false])[] = [
  ["a", "n1", "a"],
  ["c", "n1", "c"],
  ["d", "n1", "d"],
  ["far", "n2", "a"],
  ["u", "n1", "a", false],
  ["b", "n1", "b"],
  ["b2", "n1", "b2"],
  ["v0", "n1", "x"],
  ["v1", "n1", "x"],
  ["v2", "n1", "x"],
  ["v2-more", "n1", "x"],
  ["v3", "n1", "y"],
  ["far-v1", "n2", "x"],
  ["far-v2", "n2", "x"],
];

interface ServiceSpec {
  readonly selects: readonly string[];
  /** Port to the container's. */
  readonly ports: Readonly<Record<number, number>>;
}

const web = { 8080: 8080, 8081: 8081 };

/** By `namespace/name`. */
const services: Readonly<Record<string, ServiceSpec>> = {
  "n1/b": { selects: ["b"], ports: web },
  "n1/root": { selects: ["v1", "v2", "v3"], ports: web },
  "n1/own": { selects: ["v0"], ports: web },
  "n1/empty": { selects: [], ports: web },
  "n1/v1": { selects: ["v1"], ports: web },
  "n1/v2": { selects: ["v2"], ports: web },
  "n1/v3": { selects: ["v3"], ports: web },
  "n1/v2-two": { selects: ["v2", "v2-more"], ports: web },
  "n1/v2-moved": { selects: ["v2"], ports: { 8080: 8081, 8081: 8080 } },
  "n1/v1-odd": { selects: ["v1"], ports: { 1024: 8080 } },
  "n1/v1-half": { selects: ["v1"], ports: { 8080: 8080 } },
  "n2/root": { selects: ["far-v1", "far-v2"], ports: web },
  "n2/v1": { selects: ["far-v1"], ports: web },
  "n2/v2": { selects: ["far-v2"], ports: web },
};

/** A Fibonacci number: at these, steps of the golden ratio are spread the most evenly. */
const REQUESTS = 377;

export interface WorldOptions {
  readonly faults?: Faults;
  readonly choices?: Partial<Choices>;
  readonly served?: Served;
}

export interface Ask {
  readonly protocol?: "http/1.1" | "h2c";
  readonly port?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

export interface ShareAsk extends Ask {
  readonly request?: string;
  readonly transport?: Transport;
  readonly kept?: true;
  readonly in?: string;
  readonly by?: "port";
}

export function createWorld({ faults = {}, choices = {}, served = newest }: WorldOptions = {}) {
  const api = fakeApi(served);
  const pods = new Map(
    table.map(([name, ns, account, joined], i) => [name, pod(name, ns, account, i + 1, joined ?? true)]),
  );
  const tellPod = ({ pod: name, namespace, account, address }: PodIdentity) =>
    api.apply({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace },
      spec: { serviceAccountName: account },
      status: { podIP: address },
    });
  for (const one of pods.values()) tellPod(one);
  for (const [key, { ports }] of Object.entries(services)) {
    const [namespace = "", name = ""] = key.split("/");
    const spec = { ports: Object.keys(ports).map((port) => ({ port: Number(port) })) };
    api.apply({ apiVersion: "v1", kind: "Service", metadata: { name, namespace }, spec });
  }
  let chance = 0;
  // Steps of the golden ratio are spread more evenly than chance, so shares come out to a hundredth.
  const random = () => (chance = (chance + 0.618_033_988_749_895) % 1);
  const options = { api, clock: createVirtualClock(), random, delayMs: 0, choices: { ...defaultChoices, ...choices } };
  const mesh = createFaultyMesh(options, faults);

  const find = (name: string) => {
    const found = pods.get(name);
    if (found === undefined) throw new RangeError(`no pod ${name}`);
    return found;
  };
  const serviceOf = ({ namespace, name }: ServiceRef) => services[`${namespace}/${name}`];
  const view: ServiceView = {
    ports: (service) => serviceOf(service) && Object.keys(serviceOf(service)?.ports ?? {}).map(Number),
    endpoints(service, port): readonly PodEndpoint[] {
      const found = serviceOf(service);
      const target = found?.ports[port];
      return target === undefined ? [] : (found?.selects ?? []).map((name) => ({ pod: find(name), port: target }));
    },
  };
  const headOf = (request: string, { headers = {}, protocol = "http/1.1" }: Pick<Ask, "headers" | "protocol">) => {
    const [method = "GET", path = "/"] = request.split(" ");
    return { protocol, method, path, headers };
  };

  /** `yes`, or how it is refused. */
  function arrive(
    from: string,
    to: string,
    transport: Transport,
    port: number,
    request?: string,
    ask: Ask = {},
  ): string {
    const head = request === undefined ? {} : { request: headOf(request, ask) };
    const answer = mesh.dataPlane.admit({ from: find(from), to: find(to), transport, port, ...head });
    if (answer.kind === "allow") return "yes";
    return answer.kind === "refuse" ? String(answer.status) : answer.kind;
  }

  return {
    api,
    apply: (...objects: readonly KubernetesObject[]) => {
      for (const object of objects) api.apply(object);
    },
    remove: (kind: SmiKindName, name: string, namespace = "n1") =>
      api.delete({ apiVersion: `${smiKinds[kind].group}/v1alpha4`, kind, name, namespace }),
    /** A new pod under the name of an old one, as a Deployment makes it: with another address, and other accounts if told. */
    restart(name: string, index: number, account = find(name).account) {
      const made = pod(name, find(name).namespace, account, index);
      pods.set(name, made);
      tellPod(made);
    },
    http: (from: string, to: string, request: string, ask: Ask = {}) =>
      arrive(from, to, "http", ask.port ?? 8080, request, ask),
    tcp: (from: string, to: string, port: number) => arrive(from, to, "tcp", port),
    udp: (from: string, to: string, port: number) => arrive(from, to, "udp", port),
    /** How each of many identical requests is answered, in percent. */
    httpShare: (from: string, to: string, request: string) =>
      percent(Array.from({ length: REQUESTS }, () => arrive(from, to, "http", 8080, request))),
    /** Where identical requests go, in percent; `plain` for what is left to kube-proxy. */
    share(from: string, root: string, ask: ShareAsk = {}): string {
      let kept: PodEndpoint | undefined;
      const { transport = "http", request = "GET /", port = 8080 } = ask;
      return percent(
        Array.from({ length: REQUESTS }, () => {
          const found = mesh.dataPlane.route(
            {
              from: find(from),
              service: { namespace: ask.in ?? "n1", name: root },
              port,
              transport,
              ...(transport === "http" ? { request: headOf(request, ask) } : {}),
              ...(kept === undefined || !ask.kept ? {} : { kept }),
            },
            view,
          );
          if (found === undefined || found === "refused") return found ?? "plain";
          kept = found;
          return ask.by === "port" ? `${found.pod.pod}:${found.port}` : found.pod.pod;
        }),
      );
    },
    /** Warnings so far, as `split: reason`. */
    warnings: () =>
      api.created
        .map((event) => `${(event.involvedObject as { name: string }).name}: ${event.reason as string}`)
        .join(", "),
    close: () => mesh.close(),
  };
}

export type World = ReturnType<typeof createWorld>;

function percent(outcomes: readonly string[]): string {
  return [...Map.groupBy(outcomes, (outcome) => outcome)]
    .map(([outcome, all]) => `${outcome} ${Math.round((100 * all.length) / outcomes.length)}`)
    .sort()
    .join(", ");
}
