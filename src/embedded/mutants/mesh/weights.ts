/** Faults in how weights are read and used. */
import type { KubernetesObject } from "../../../domain/kubernetes/object.ts";
import { quantity } from "../../../domain/kubernetes/quantity.ts";
import { drawByWeight } from "../../reference/draw.ts";
import type { Backend, Split } from "../../reference/policy.ts";
import type { FaultTable } from "../fault-table.ts";
import type { MeshFault } from "./fault.ts";
import { first, last } from "./targets.ts";

export const onSplits = (change: (split: Split) => Split): MeshFault => ({
  policy: (policy) => ({ ...policy, splits: policy.splits.map(change) }),
});
const onBackends = (change: (backends: readonly Backend[], split: Split) => readonly Backend[]): MeshFault =>
  onSplits((split) => ({ ...split, backends: change(split.backends, split) }));
const onWeights = (change: (weight: number, index: number, backends: readonly Backend[]) => number): MeshFault =>
  onBackends((backends) =>
    backends.map(({ service, weight }, index) => ({ service, weight: change(weight, index, backends) })),
  );

const sumOf = (backends: readonly Backend[]) => backends.reduce((sum, { weight }) => sum + weight, 0);

function asPercent(backends: readonly Backend[]): readonly Backend[] {
  let left = 100;
  return backends.map(({ service, weight }, index) => {
    const share = index === backends.length - 1 ? left : Math.min(weight, left);
    left -= share;
    return { service, weight: share };
  });
}

/** The weight of backends of weight 0 by which they get this share of the traffic together. */
function leaking(share: number, backends: readonly Backend[]): number {
  const idle = backends.filter(({ weight }) => weight === 0).length;
  return ((sumOf(backends) / (1 - share)) * share) / idle;
}

/** The split with the digits of its quantities alone, as the converters of smi-sdk-go read them: `500m` is 500. */
function withDigits(object: KubernetesObject): KubernetesObject {
  const spec = object.spec as { readonly backends?: readonly { readonly weight?: unknown }[] } | undefined;
  if (!object.apiVersion.endsWith("/v1alpha1") || !Array.isArray(spec?.backends)) return object;
  const backends = spec.backends.map((backend) => ({
    ...backend,
    weight: quantity(backend.weight) === undefined ? backend.weight : Number.parseFloat(String(backend.weight)),
  }));
  return { ...object, spec: { ...spec, backends } };
}

const digest = (text: string) =>
  [...text].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 65_521, 7);

export const weightFaults = {
  /** Each backend gets the same, those of weight 0 too. */
  ignoresWeights: onWeights(() => 1),
  /** Each backend whose weight is not 0 gets the same. */
  evenWeights: onWeights((weight) => Math.min(weight, 1)),
  /** Weights are hundredths: the last backend gets what is left of a hundred. */
  weightsArePercent: onBackends(asPercent),
  firstBackendOnly: onBackends(first),
  lastBackendOnly: onBackends(last),
  twoBackendsAtMost: onBackends((backends) => backends.slice(0, 2)),
  /** The first backend gets the weight of the last, and so on. */
  swapsWeights: onWeights((_, index, backends) => backends.at(-1 - index)?.weight ?? 0),
  /** Share of the traffic that goes to backends of weight 0. */
  leaksToZero: (share: number) => onWeights((weight, _, backends) => weight || leaking(share, backends)),
  zeroIsOne: onWeights((weight) => weight || 1),
  /** A backend that would get less than an eighth gets nothing. */
  losesSmallWeights: onWeights((weight, _, backends) => (weight * 8 < sumOf(backends) ? 0 : weight)),
  /** A tenth of the traffic goes to the root's own pods. */
  includesRootPods: onBackends((backends, { root }) => [...backends, { service: root, weight: sumOf(backends) / 9 }]),
  /** A weight counts for each pod of the backend. */
  weighsPods: {
    balancer: (shares, random) =>
      drawByWeight(
        shares.map(({ weight, endpoints }) => ({ weight: weight * endpoints.length, endpoints })),
        random,
      ),
  },
  /** Each client stays with one backend. */
  sticksClients: {
    balancer: (shares, _, { from }) => shares[digest(from.address) % shares.length],
  },
  /** A quantity is read without its unit. */
  quantityDigits: { event: (event) => ({ ...event, object: withDigits(event.object) }) },
  /** Weights that are not whole numbers are rounded up and used. */
  appliesBrokenWeights: {
    change({ type, object }) {
      if (object.kind !== "TrafficSplit" || object.broken === undefined) return { type, object };
      const backends = object.backends.map(({ service, weight }) => ({
        service,
        weight: Math.max(0, Math.ceil(weight)),
      }));
      return { type, object: { ...object, backends, broken: undefined } };
    },
  },
} satisfies FaultTable<MeshFault>;
