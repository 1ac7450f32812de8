/** The Cluster port over objects in memory. Pods are ready at once; requests go where a behaviour lets them. */

import { describeRef, type KubernetesObject, type ObjectRef, refOf } from "../../src/domain/kubernetes/object.ts";
import type { VirtualClock } from "../../src/embedded/time/virtual-clock.ts";
import { WORKLOAD_LABEL } from "../../src/engine/cell/manifest.ts";
import type { Admission, Cluster, DiscoveredVersion, ObjectQuery, WatchEvent, WriteOptions } from "../../src/ports.ts";
import { createFakeAgent } from "./agent.ts";
import { type CrdVersion, faultsOf, prune, schemaFor } from "./schema.ts";
import type { Behaviour } from "./toy-mesh.ts";

export interface FakeClusterOptions {
  readonly clock: VirtualClock;
  readonly behaviour: Behaviour;
  readonly crds: readonly KubernetesObject[];
  readonly seed?: number;
  /** Overrides answers to writes, for the tests of what a refusal does. */
  readonly admit?: (object: KubernetesObject) => Admission | undefined;
}

export interface FakeCluster extends Cluster {
  readonly objects: ReadonlyMap<string, KubernetesObject>;
  /** Pods whose server does not run: their health fails and nothing reaches them. */
  readonly down: Set<string>;
  /** Names of all namespaces that ever were, in order. */
  readonly namespaces: readonly string[];
  /** Agents that were opened and not closed. */
  readonly openAgents: () => number;
}

/** What the agents see of the cluster. */
export interface World {
  readonly clock: VirtualClock;
  readonly behaviour: Behaviour;
  readonly random: () => number;
  readonly down: ReadonlySet<string>;
  find(kind: string, namespace: string): readonly KubernetesObject[];
  /** SMI objects of a namespace as they were at a time, and all that there ever were. */
  smiAt(time: number, namespace: string): readonly KubernetesObject[];
  smiEver(namespace: string): readonly KubernetesObject[];
}

/** Mulberry32: a small generator whose runs repeat. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const isSmi = (apiVersion: string) => apiVersion.includes(".smi-spec.io/");
const keyOf = (ref: ObjectRef) => `${ref.kind}/${ref.namespace ?? ""}/${ref.name}`;

export function createFakeCluster(options: FakeClusterOptions): FakeCluster {
  const { clock, behaviour, crds } = options;
  const objects = new Map<string, KubernetesObject>();
  const history: { readonly at: number; readonly smi: readonly KubernetesObject[] }[] = [];
  const ever: KubernetesObject[] = [];
  const namespaces: string[] = [];
  const down = new Set<string>();
  let made = 0;
  let open = 0;
  const watchers = new Set<{ readonly query: ObjectQuery; readonly tell: (event: WatchEvent) => void }>();

  function meets(object: KubernetesObject, { kind, namespace, labels = {} }: ObjectQuery): boolean {
    return (
      object.kind === kind &&
      (namespace === undefined || object.metadata.namespace === namespace) &&
      Object.entries(labels).every(([k, v]) => object.metadata.labels?.[k] === v)
    );
  }

  function tell(event: WatchEvent): void {
    for (const watcher of watchers) if (meets(event.object, watcher.query)) watcher.tell(event);
  }

  function store(object: KubernetesObject): void {
    const key = keyOf(refOf(object));
    const type = objects.has(key) ? "MODIFIED" : "ADDED";
    objects.set(key, object);
    tell({ type, object });
  }

  function forget(key: string): void {
    const object = objects.get(key);
    objects.delete(key);
    if (object !== undefined) tell({ type: "DELETED", object });
  }

  const smi = () => [...objects.values()].filter((o) => isSmi(o.apiVersion));
  const remember = () => history.push({ at: clock.now(), smi: smi() });
  const world: World = {
    clock,
    behaviour,
    random: seeded(options.seed ?? 1),
    down,
    find: (kind, namespace) =>
      [...objects.values()].filter((o) => o.kind === kind && o.metadata.namespace === namespace),
    smiAt: (time, namespace) =>
      (history.findLast(({ at }) => at <= time)?.smi ?? []).filter((o) => o.metadata.namespace === namespace),
    smiEver: (namespace) => ever.filter((o) => o.metadata.namespace === namespace),
  };

  /** A Deployment's pods, ready as soon as they are asked for. */
  function makePods(deployment: KubernetesObject): void {
    const { replicas, template } = deployment.spec as {
      replicas: number;
      template: { metadata: { labels: Record<string, string> }; spec: { serviceAccountName: string } };
    };
    const { namespace = "", name } = deployment.metadata;
    for (let n = 0; n < replicas; n++) {
      made += 1;
      const pod: KubernetesObject = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
          name: `${name}-${made}`,
          namespace,
          labels: { ...template.metadata.labels, [WORKLOAD_LABEL]: name },
        },
        spec: template.spec,
        status: { phase: "Running", podIP: `10.1.0.${made}`, containerStatuses: [{ ready: true }] },
      };
      store(pod);
    }
  }

  function write(object: KubernetesObject, { dryRun }: WriteOptions = {}): Admission {
    const given = options.admit?.(object);
    if (given !== undefined) return given;
    let stored = object;
    if (isSmi(object.apiVersion)) {
      const schema = schemaFor(crds, object);
      const invalid = (status: number, reason: string, message: string): Admission => ({
        accepted: false,
        status,
        reason,
        message,
      });
      if (schema === undefined) return invalid(404, "NotFound", `no matches for kind "${object.kind}"`);
      const { apiVersion, kind, metadata, ...body } = object;
      const faults = faultsOf(body, schema, "");
      if (faults.length > 0) return invalid(422, "Invalid", faults.join(", "));
      stored = { apiVersion, kind, metadata, ...(prune(body, schema) as object) };
    }
    if (object.kind === "Service") stored = { ...object, spec: { ...(object.spec as object), clusterIP: "10.0.0.1" } };
    if (dryRun) return { accepted: true, stored };
    if (object.kind === "Namespace") namespaces.push(object.metadata.name);
    store(stored);
    if (object.kind === "Deployment") makePods(object);
    if (isSmi(object.apiVersion)) {
      ever.push(stored);
      remember();
    }
    return { accepted: true, stored };
  }

  return {
    objects,
    down,
    namespaces,
    openAgents: () => open,
    version: async () => "v1.34.4",
    create: async (object, write_) => {
      const ref = refOf(object);
      if (objects.has(keyOf(ref)))
        return { accepted: false, status: 409, reason: "AlreadyExists", message: `${describeRef(ref)} already exists` };
      return write(object, write_);
    },
    apply: async (object, write_) => write(object, write_),
    get: async (ref) => objects.get(keyOf(ref)),
    list: async (query) =>
      query.kind === "CustomResourceDefinition" ? crds : [...objects.values()].filter((o) => meets(o, query)),
    watch: async (query, onEvent, signal) => {
      const watcher = { query, tell: onEvent };
      for (const object of objects.values()) if (meets(object, query)) onEvent({ type: "ADDED", object });
      watchers.add(watcher);
      signal.addEventListener("abort", () => watchers.delete(watcher), { once: true });
    },
    delete: async (ref) => {
      forget(keyOf(ref));
      if (ref.kind === "Namespace") for (const [key, o] of objects) if (o.metadata.namespace === ref.name) forget(key);
      remember();
    },
    discover: async (group) => {
      const found = new Map<string, DiscoveredVersion["resources"][number][]>();
      for (const crd of crds) {
        const spec = crd.spec as {
          group: string;
          scope: string;
          names: { kind: string; plural: string };
          versions: readonly CrdVersion[];
        };
        if (spec.group !== group) continue;
        const resource = { name: spec.names.plural, kind: spec.names.kind, namespaced: spec.scope === "Namespaced" };
        for (const { name, served } of spec.versions)
          if (served) found.set(name, [...(found.get(name) ?? []), resource]);
      }
      return [...found].map(([version, resources]) => ({ version, resources }));
    },
    logs: async () => "",
    agent: async ({ namespace, name }) => {
      open += 1;
      return createFakeAgent(world, namespace, name, () => {
        open -= 1;
      });
    },
  };
}
