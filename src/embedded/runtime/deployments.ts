/**
 * The Deployment controller, without ReplicaSets in between: as many pods as asked for, replaced when the template changes (all
 * new ones first; the old ones go once those are ready) and when somebody deletes one.
 */
import { type KubernetesObject, refOf } from "../../domain/kubernetes/object.ts";
import type { ApiServer } from "../api-server.ts";
import { deploymentStatus, failedCreate, ownerOf, podOf, TEMPLATE_LABEL, wantedBy } from "./deployment-objects.ts";
import type { Underway } from "./underway.ts";

interface Owned {
  readonly name: string;
  readonly revision: string;
  readonly isReady: boolean;
}

interface State {
  readonly namespace: string;
  /** Undefined before it exists, and once it is deleted. */
  deployment: KubernetesObject | undefined;
  readonly pods: Map<string, Owned>;
  /** Number of pods created so far, so that names are not reused. */
  made: number;
  /** Why pods cannot be created, as last reported by an event. */
  failure: string | undefined;
  events: number;
  status: string;
}

export interface DeploymentsOptions {
  readonly api: ApiServer;
  readonly underway: Underway;
  /** Wall clock, ISO 8601. */
  readonly now: () => string;
}

function isReady(pod: KubernetesObject): boolean {
  const { containerStatuses = [] } = (pod.status ?? {}) as { containerStatuses?: readonly { ready?: boolean }[] };
  return containerStatuses.length > 0 && containerStatuses.every(({ ready }) => ready === true);
}

/** Returns how to stop it. */
export function runDeployments({ api, underway, now }: DeploymentsOptions): () => void {
  const states = new Map<string, State>();
  const dirty = new Set<State>();
  let isStopped = false;

  function stateOf(namespace: string, name: string): State {
    const key = `${namespace}/${name}`;
    const known = states.get(key);
    if (known !== undefined) return known;
    const pods = new Map<string, Owned>();
    const state = { namespace, deployment: undefined, pods, made: 0, failure: undefined, events: 0, status: "" };
    states.set(key, state);
    return state;
  }

  /** Everything that happens at one moment is handled together, and never during another write. */
  function touch(state: State): void {
    if (dirty.size === 0) underway.add(Promise.resolve().then(reconcileAll));
    dirty.add(state);
  }

  function reconcileAll(): void {
    const states = [...dirty];
    dirty.clear();
    if (!isStopped) for (const state of states) reconcile(state);
  }

  function reconcile(state: State): void {
    const { deployment, pods } = state;
    if (deployment === undefined) {
      remove(state, [...pods.values()]);
      return;
    }
    const wanted = wantedBy(deployment);
    const current = () => [...pods.values()].filter(({ revision }) => revision === wanted.revision);
    const old = [...pods.values()].filter(({ revision }) => revision !== wanted.revision);
    create(state, deployment, wanted.replicas - current().length);
    remove(state, current().slice(wanted.replicas));
    const ready = current().filter((pod) => pod.isReady).length;
    remove(state, ready >= wanted.replicas ? old : old.slice(wanted.replicas));
    const all = [...pods.values()];
    const counted = { all: all.length, updated: current().length, ready: all.filter((pod) => pod.isReady).length };
    const status = deploymentStatus(deployment, counted, wanted.replicas);
    if (JSON.stringify(status) === state.status) return;
    state.status = JSON.stringify(status);
    api.setStatus(refOf(deployment), status);
  }

  function create(state: State, deployment: KubernetesObject, missing: number): void {
    const wanted = wantedBy(deployment);
    for (let n = 0; n < missing; n++) {
      const pod = podOf(deployment, state.made + 1, wanted);
      const { name } = pod.metadata;
      const refusal = refusalOf(pod, wanted.account);
      if (refusal !== undefined) {
        reportFailure(state, deployment, refusal);
        return;
      }
      state.made += 1;
      state.failure = undefined;
      if (!state.pods.has(name)) state.pods.set(name, { name, revision: wanted.revision, isReady: false });
    }
  }

  /** Why the pod could not be created; undefined if it was. */
  function refusalOf(pod: KubernetesObject, account: string): string | undefined {
    const { name, namespace = "" } = pod.metadata;
    // The admission plugin ServiceAccount refuses such pods; here all pods are created by this controller.
    if (api.get({ apiVersion: "v1", kind: "ServiceAccount", namespace, name: account }) === undefined) {
      const why = `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`;
      return `pods "${name}" is forbidden: ${why}`;
    }
    const answer = api.create(pod);
    return answer.accepted ? undefined : answer.message;
  }

  function reportFailure(state: State, deployment: KubernetesObject, why: string): void {
    if (state.failure === why) return;
    state.failure = why;
    state.events += 1;
    // In a namespace that is being deleted the event is refused too, and not needed.
    api.create(failedCreate(deployment, state.events, why, now()));
  }

  function remove(state: State, pods: readonly Owned[]): void {
    for (const { name } of pods) {
      state.pods.delete(name);
      api.delete({ apiVersion: "v1", kind: "Pod", name, namespace: state.namespace });
    }
  }

  const stops = [
    api.watch({ apiVersion: "apps/v1", kind: "Deployment" }, ({ type, object }) => {
      const state = stateOf(object.metadata.namespace ?? "", object.metadata.name);
      const isSame =
        type === "MODIFIED" &&
        state.deployment?.metadata.uid === object.metadata.uid &&
        state.deployment?.metadata.generation === object.metadata.generation;
      state.deployment = type === "DELETED" ? undefined : object;
      // Our own writes of its status are reported here as well, and are no news.
      if (isSame) return;
      state.status = "";
      touch(state);
    }),
    api.watch({ apiVersion: "v1", kind: "Pod" }, ({ type, object }) => {
      const owner = ownerOf(object);
      if (owner === undefined) return;
      const state = stateOf(object.metadata.namespace ?? "", owner);
      const { name, labels = {} } = object.metadata;
      if (type === "DELETED") state.pods.delete(name);
      else state.pods.set(name, { name, revision: labels[TEMPLATE_LABEL] ?? "", isReady: isReady(object) });
      touch(state);
    }),
    // A Deployment that is waiting for its ServiceAccount.
    api.watch({ apiVersion: "v1", kind: "ServiceAccount" }, ({ type, object }) => {
      if (type !== "ADDED") return;
      for (const state of states.values())
        if (state.namespace === object.metadata.namespace && state.failure !== undefined) touch(state);
    }),
  ];
  return () => {
    isStopped = true;
    for (const stop of stops) stop();
  };
}
