/** The embedded API server: answers reads and writes of objects as a Kubernetes API server does, immediately and in memory. */
import type { KubernetesObject, ObjectRef } from "../../domain/kubernetes/object.ts";
import type { Admission } from "../../ports.ts";
import type { ApiServer } from "../api-server.ts";
import { type Admit, admit, isRefusal } from "./admission.ts";
import { definitionKind, mergeSchemaOf, namespaceKind } from "./builtin-kinds.ts";
import { customKind } from "./custom-kinds.ts";
import { createKnownKinds, type KnownVersion } from "./known-kinds.ts";
import { countsAsChange, createdMetadata, sentObject } from "./metadata.ts";
import { copy, equal, freeze, isMap } from "./plain-data.ts";
import { alreadyExists, conflict, notFound, notServed } from "./refusal.ts";
import { groupVersion, type Resource } from "./resource.ts";
import { mergeApplied } from "./server-side-apply.ts";
import { createStore, type Entry } from "./store.ts";
import { type Convert, createViews } from "./views.ts";
import { createWatchers, meets } from "./watchers.ts";

/** What the server is made of: each part can be wrapped in another, or replaced. */
export interface ApiParts {
  readonly admit: Admit;
  /** The kind that a definition adds. */
  readonly customKind: typeof customKind;
}

export const apiParts: ApiParts = { admit, customKind };

export interface ApiServerOptions {
  /** The version that it reports; `v1.34.4+embedded` by default. */
  readonly version?: string;
  /** Wall clock, ISO 8601 in UTC. */
  readonly now: () => string;
  /** For definitions that have one; without it, only apiVersion changes from version to version. */
  readonly conversionWebhook?: Convert;
  /** Address for a new Service that does not ask for one and is neither headless nor an ExternalName. */
  readonly clusterIP?: () => string;
}

const NAMESPACES = ["default", "kube-node-lease", "kube-public", "kube-system"];
/** Field manager of applies that do not name one. */
const MANAGER = "smi-conformance";

export function createApiServer(options: ApiServerOptions, parts: ApiParts = apiParts): ApiServer {
  const kinds = createKnownKinds();
  const store = createStore();
  const watchers = createWatchers();
  const views = createViews(options.conversionWebhook);
  let revision = 0;

  const next = () => String(++revision);
  const namespaceFor = ({ namespaced }: Resource, namespace: string | undefined) =>
    namespaced ? (namespace ?? "default") : "";

  function find(ref: ObjectRef): { readonly known: KnownVersion; readonly entry: Entry } | undefined {
    const known = kinds.find(ref.apiVersion, ref.kind);
    const entry = known && store.find(known.resource, namespaceFor(known.resource, ref.namespace), ref.name);
    return known === undefined || entry === undefined ? undefined : { known, entry };
  }

  /** Stores a new state, and tells watchers. */
  function put(entry: Entry, before: KubernetesObject | undefined): void {
    store.put(entry);
    if (entry.resource === definitionKind) kinds.add(parts.customKind(entry.object));
    const after = entry.object;
    watchers.tell({ resource: entry.resource, before, after, last: after, revision });
  }

  function drop(entry: Entry): void {
    store.remove(entry);
    const { object } = entry;
    // The definition may have changed since the object was written.
    const resource = kinds.current(entry.resource);
    const last = freeze({ ...object, metadata: { ...object.metadata, resourceVersion: next() } });
    watchers.tell({ resource, before: object, after: undefined, last, revision });
  }

  function stored({ resource, version }: KnownVersion, object: KubernetesObject): KubernetesObject {
    return version.name === resource.storage ? object : views.convert(resource, object, resource.storage);
  }

  const accepted = (known: KnownVersion, object: KubernetesObject): Admission => ({
    accepted: true,
    stored: views.read(known, object),
  });

  function withAddress(object: KubernetesObject, dryRun: boolean): KubernetesObject {
    if (object.kind !== "Service" || groupVersion(object.apiVersion).group !== "" || !isMap(object.spec)) return object;
    const { spec } = object;
    if (spec.type === "ExternalName") return object;
    const clusterIP = spec.clusterIP ?? (dryRun ? undefined : options.clusterIP?.());
    return clusterIP === undefined ? object : { ...object, spec: { ...spec, clusterIP, clusterIPs: [clusterIP] } };
  }

  function make(known: KnownVersion, sent: KubernetesObject, dryRun: boolean, manager: string | undefined): Admission {
    const { resource } = known;
    const { namespace } = sent.metadata;
    if (namespace !== undefined && store.find(namespaceKind, "", namespace) === undefined)
      return notFound(namespaceKind, namespace);
    const metadata = createdMetadata(sent.metadata, resource, revision + 1, options.now());
    const admitted = parts.admit(known, { ...sent, metadata }, undefined, options.now);
    if (isRefusal(admitted)) return admitted;
    if (store.find(resource, namespace ?? "", metadata.name) !== undefined)
      return alreadyExists(resource, metadata.name);
    const addressed = stored(known, withAddress(admitted, dryRun));
    if (dryRun) return accepted(known, freeze(addressed));
    const object = freeze({ ...addressed, metadata: { ...addressed.metadata, resourceVersion: next() } });
    const applied = new Map(manager === undefined ? [] : [[manager, freeze(sent)]]);
    put({ resource, object, applied }, undefined);
    return accepted(known, object);
  }

  /** What the managers applied, in the version used now. */
  function appliedIn({ resource, version }: KnownVersion, entry: Entry, manager: string) {
    const read = (object: KubernetesObject) => views.convert(resource, object, version.name);
    const mine = entry.applied.get(manager);
    const others = [...entry.applied].flatMap(([name, object]) => (name === manager ? [] : [read(object)]));
    return { before: mine && read(mine), others };
  }

  function change(
    known: KnownVersion,
    entry: Entry,
    sent: KubernetesObject,
    dryRun: boolean,
    manager: string,
  ): Admission {
    const { resource, version } = known;
    const live = views.read(known, entry.object);
    const schema = version.schema ?? mergeSchemaOf(resource.kind);
    const merged = mergeApplied(live, sent, appliedIn(known, entry, manager), schema) as KubernetesObject;
    const admitted = parts.admit(known, merged, live, options.now);
    if (isRefusal(admitted)) return admitted;
    const { object: before } = entry;
    const after = stored(known, admitted);
    const applied = new Map(entry.applied).set(manager, freeze(sent));
    // Nothing changes, so watchers are not told; who applied what is still recorded.
    if (equal(before, after)) {
      if (!dryRun) store.put({ ...entry, resource, applied });
      return accepted(known, before);
    }
    const generation = Number(before.metadata.generation) + 1;
    const metadata = countsAsChange(resource, before, after) ? { ...after.metadata, generation } : after.metadata;
    if (dryRun) return accepted(known, freeze({ ...after, metadata }));
    const object = freeze({ ...after, metadata: { ...metadata, resourceVersion: next() } });
    put({ resource, object, applied }, before);
    return accepted(known, object);
  }

  /** The kind of an object, and the object as far as a client may write it. */
  function receive(object: KubernetesObject): { known: KnownVersion; sent: KubernetesObject } | Admission {
    const known = kinds.find(object.apiVersion, object.kind);
    return known === undefined ? notServed : { known, sent: sentObject(copy(object), known.resource) };
  }

  /** An object and everything that is deleted with it, which a real cluster does in the background. */
  function withDependents(entry: Entry): readonly Entry[] {
    const { object, resource } = entry;
    const { uid, namespace } = object.metadata;
    if (resource === namespaceKind) return [...store.within(object.metadata.name), entry];
    if (resource === definitionKind) return [...store.list(parts.customKind(object)), entry];
    const owned = namespace === undefined ? [] : store.within(namespace).filter((e) => isOwnedBy(e.object, uid));
    return [entry, ...owned.flatMap(withDependents)];
  }

  const server: ApiServer = {
    version: options.version ?? "v1.34.4+embedded",
    create(object, { dryRun = false } = {}) {
      const received = receive(object);
      return "accepted" in received ? received : make(received.known, received.sent, dryRun, undefined);
    },
    apply(object, { dryRun = false, manager = MANAGER } = {}) {
      const received = receive(object);
      if ("accepted" in received) return received;
      const { known, sent } = received;
      const { name, namespace = "" } = sent.metadata;
      const entry = store.find(known.resource, namespace, name);
      const wanted = object.metadata.resourceVersion;
      if (wanted !== undefined && wanted !== entry?.object.metadata.resourceVersion)
        return conflict(known.resource, name);
      return entry === undefined ? make(known, sent, dryRun, manager) : change(known, entry, sent, dryRun, manager);
    },
    setStatus(ref, status) {
      const found = find(ref);
      if (found === undefined) return;
      const { object: before } = found.entry;
      const after = { ...before, status: copy(status) };
      if (equal(before, after)) return;
      const object = freeze({ ...after, metadata: { ...after.metadata, resourceVersion: next() } });
      put({ ...found.entry, resource: found.known.resource, object }, before);
    },
    get(ref) {
      const found = find(ref);
      return found && views.read(found.known, found.entry.object);
    },
    list(query) {
      const known = kinds.find(query.apiVersion, query.kind);
      if (known === undefined) return [];
      return store
        .list(known.resource, known.resource.namespaced ? query.namespace : undefined)
        .filter(({ object }) => meets(object, query))
        .map(({ object }) => views.read(known, object));
    },
    delete(ref) {
      const found = find(ref);
      if (found === undefined) return;
      watchers.together(() => {
        for (const entry of withDependents(found.entry)) drop(entry);
        if (found.known.resource === definitionKind) kinds.remove(parts.customKind(found.entry.object));
      });
    },
    discover: (group) => kinds.discover(group),
    watch(query, onEvent) {
      const { group, version } = groupVersion(query.apiVersion);
      const seen = revision;
      const present = server.list(query);
      const stop = watchers.add(
        group,
        query,
        seen,
        (resource, object) => views.readAs(resource, version, object),
        onEvent,
      );
      // Changes that the watcher makes meanwhile are reported afterwards.
      watchers.together(() => {
        for (const object of present) onEvent({ type: "ADDED", object });
      });
      return stop;
    },
  };

  for (const name of NAMESPACES) server.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  return server;
}

function isOwnedBy({ metadata }: KubernetesObject, uid: unknown): boolean {
  const owners = metadata.ownerReferences;
  return Array.isArray(owners) && owners.some((owner) => isMap(owner) && owner.uid === uid);
}
