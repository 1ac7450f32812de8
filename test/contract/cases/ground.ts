/** What every case stands on: a running cluster of one side, and how long things may take there. */
import { afterAll, beforeAll, expect, vi } from "vitest";
import type { KubernetesObject } from "../../../src/domain/kubernetes/object.ts";
import { CONTAINER, WORKLOAD_LABEL } from "../../../src/engine/cell/manifest.ts";
import type { Agent, Cluster, WriteOptions } from "../../../src/ports.ts";

export interface Opened {
  readonly cluster: Cluster;
  /** Image of the sample application. */
  readonly image: string;
  close(): Promise<void>;
}

/** One implementation of the Cluster port. */
export interface Side {
  readonly name: string;
  /** Why it cannot be tried here; undefined where it can. */
  readonly obstacle?: string | undefined;
  /** Milliseconds for what comes about by itself, and between two looks. */
  readonly patience: { readonly timeout: number; readonly interval: number };
  open(): Promise<Opened>;
}

export interface Running {
  readonly pod: string;
  readonly ip: string;
  readonly agent: Agent;
}

type Polled<T> = ReturnType<typeof expect.poll<T>>;

export interface Ground {
  readonly cluster: Cluster;
  readonly image: string;
  /** A namespace of the caller's own. */
  namespace(): Promise<string>;
  /** Applies what must be accepted; returns what was stored. */
  applied(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject>;
  /** What `observe` gives is expected, sooner or later; looked at every `interval` milliseconds, or as often as the side has it. */
  eventually<T>(observe: () => Promise<T> | T, interval?: number): Polled<T>;
  /** The workload's pods once there are exactly `replicas` of them, ready and other than `except`; with agents. */
  running(namespace: string, workload: string, replicas: number, except?: readonly string[]): Promise<Running[]>;
}

type PodFields = KubernetesObject & {
  readonly status?: { readonly podIP?: string; readonly containerStatuses?: readonly { readonly ready?: boolean }[] };
};

/**
 * Milliseconds between two looks at something that is refused. Linux says "unreachable" six times and then once a second, to
 * one address (icmp_ratelimit); who asks more often keeps it from ever saying so five times in a row.
 */
export const REFUSAL_INTERVAL_MS = 6_000;

let namespaces = 0;

/** What expect.poll does in tests, in the hooks before them as well. */
function poll<T>(observe: () => Promise<T> | T, patience: Side["patience"], isNot = false): Polled<T> {
  return new Proxy({} as Polled<T>, {
    get: (_, matcher: "toBe" | "not") =>
      matcher === "not"
        ? poll(observe, patience, !isNot)
        : (...args: [unknown]) =>
            vi.waitFor(async () => {
              const seen = expect(await observe());
              (isNot ? seen.not : seen)[matcher](...args);
            }, patience),
  });
}

/** Opens the side before the cases of the `describe` that this is called in, and closes it after them. */
export function groundOf(side: Side): Ground {
  let opened: Opened | undefined;
  const agents: Agent[] = [];
  const here = (): Opened => {
    if (opened === undefined) throw new Error(`${side.name} is not open`);
    return opened;
  };

  beforeAll(async () => {
    opened = await side.open();
  });
  afterAll(async () => {
    await Promise.all(agents.splice(0).map((agent) => agent.close()));
    await opened?.close();
  });

  async function livePods(namespace: string, workload: string): Promise<readonly PodFields[]> {
    const labels = { [WORKLOAD_LABEL]: workload };
    const pods = await here().cluster.list({ apiVersion: "v1", kind: "Pod", namespace, labels });
    return pods.filter((pod) => pod.metadata.deletionTimestamp === undefined);
  }

  const isReady = ({ status }: PodFields) =>
    status?.podIP !== undefined &&
    (status.containerStatuses ?? []).length > 0 &&
    (status.containerStatuses ?? []).every(({ ready }) => ready === true);

  const ground: Ground = {
    get cluster() {
      return here().cluster;
    },
    get image() {
      return here().image;
    },
    async namespace() {
      namespaces += 1;
      const name = `contract-${namespaces}`;
      await ground.applied({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
      return name;
    },
    async applied(object, options) {
      const answer = await here().cluster.apply(object, options);
      if (!answer.accepted) throw new Error(`${object.kind} ${object.metadata.name} was refused: ${answer.message}`);
      return answer.stored;
    },
    eventually: (observe, interval = side.patience.interval) => poll(observe, { ...side.patience, interval }),
    async running(namespace, workload, replicas, except = []) {
      let pods: readonly PodFields[] = [];
      await ground
        .eventually(async () => {
          pods = (await livePods(namespace, workload)).filter(({ metadata }) => !except.includes(metadata.name));
          return pods.map(isReady);
        })
        .toEqual(Array.from({ length: replicas }, () => true));
      return Promise.all(
        pods.map(async ({ metadata: { name }, status }) => {
          const agent = await here().cluster.agent({ namespace, name, container: CONTAINER });
          agents.push(agent);
          await ground.eventually(async () => (await agent.health()).ok).toBe(true);
          return { pod: name, ip: status?.podIP ?? "", agent };
        }),
      );
    },
  };
  return ground;
}

/** The reading of a refusal. @throws where it was none. */
export async function refusal(
  writing: ReturnType<Cluster["create"]>,
): Promise<{ readonly status: number; readonly reason: string; readonly message: string }> {
  const answer = await writing;
  if (answer.accepted) throw new Error(`accepted: ${JSON.stringify(answer.stored)}`);
  const { status, reason, message } = answer;
  return { status, reason, message };
}

/** The Service's address; "" where it has none. */
export async function clusterIPOf(ground: Ground, namespace: string, name: string): Promise<string> {
  const service = await ground.cluster.get({ apiVersion: "v1", kind: "Service", namespace, name });
  return (service?.spec as { readonly clusterIP?: string } | undefined)?.clusterIP ?? "";
}

/** The only one. @throws where there is another number of them. */
export function only<T>(list: readonly T[]): T {
  const [first, ...others] = list;
  if (first === undefined || others.length > 0) throw new Error(`one was expected, and there are ${list.length}`);
  return first;
}
