/** Faults in how changes are taken in: another change than was made, none, or too late. */
import type { SmiKindName } from "../../../domain/smi/kinds.ts";
import { type Change, keyOf, type Policy, type Rule, type Subject, type Target } from "../../reference/policy.ts";
import type { FaultTable } from "../fault-table.ts";
import { alsoAdmits, targetsOf } from "./enforcement.ts";
import type { Memory, MeshFault, PodAccounts } from "./fault.ts";

/** A new or changed target; `before` is undefined for a new one. */
const onTarget = (change: (target: Target, before: Target | undefined, memory: Memory) => Target): MeshFault => ({
  change({ type, object }, memory) {
    if (type === "DELETED" || object.kind !== "TrafficTarget") return { type, object };
    const before = memory.before?.kind === "TrafficTarget" ? memory.before : undefined;
    return { type, object: change(object, before, memory) };
  },
});

const isSame = (x: Subject) => (y: Subject) => x.kind === y.kind && x.name === y.name && x.namespace === y.namespace;

/** Rules whose route is known by now. */
function resolvable({ rules, namespace }: Target, { groups, portRoutes }: Policy): readonly Rule[] {
  const known = new Set([...groups, ...portRoutes].map((route) => `${route.kind} ${keyOf(route)}`));
  return rules.filter(({ kind, name }) => known.has(`${kind} ${keyOf({ namespace, name })}`));
}

/** A target that keeps which pods there were when it came. */
interface TargetWithPods extends Target {
  readonly pods?: PodAccounts;
}

const named = (account: string, address: string) => `${account}@${address}`;

/** The source once for each address that its pods have. */
function byAddress(source: Subject, { namespace }: Target, pods: PodAccounts): readonly Subject[] {
  const account = keyOf({ namespace: source.namespace ?? namespace, name: source.name });
  return [...pods].flatMap(([address, held]) =>
    held === account ? [{ ...source, name: named(source.name, address) }] : [],
  );
}

export const updateFaults = {
  /** Deletions of this kind are not noticed. */
  keepsDeleted: (kind: SmiKindName) => ({
    change: (change: Change) => (change.type === "DELETED" && change.object.kind === kind ? undefined : change),
  }),
  /** Changes of objects of this kind are not noticed. */
  ignoresUpdates: (kind: SmiKindName) => ({
    change: (change: Change, { before }: Memory) =>
      change.type !== "DELETED" && change.object.kind === kind && before !== undefined ? undefined : change,
  }),
  /** A source once granted stays granted while its target exists. */
  keepsRemovedSources: onTarget((target, before) => ({
    ...target,
    sources: [...target.sources, ...(before?.sources ?? []).filter((source) => !target.sources.some(isSame(source)))],
  })),
  /** A source that is added to a target is not granted. */
  ignoresAddedSources: onTarget((target, before) => ({
    ...target,
    sources: target.sources.filter((source) => before === undefined || before.sources.some(isSame(source))),
  })),
  /** A target that comes before its routes never grants them. */
  needsRoutesFirst: onTarget((target, _, { policy }) => ({ ...target, rules: resolvable(target, policy) })),
  /** These changes are noticed this many milliseconds late. */
  late: (late: NonNullable<MeshFault["late"]>) => ({ late }),
  /** Sources are the addresses that their pods had when the target came. */
  identityByAddress: {
    ...onTarget((target, _, { podAccounts }) => {
      const pods = podAccounts();
      return { ...target, sources: target.sources.flatMap((source) => byAddress(source, target, pods)) };
    }),
    access: (access) => ({
      admits({ from, ...call }) {
        return access.admits({ ...call, from: from && { ...from, account: named(from.account, from.address) } });
      },
    }),
  },
  /** Pods that are younger than a target of their account do not enforce. */
  newPodsDoNotEnforce: {
    ...onTarget((target, _, { podAccounts }): TargetWithPods => ({ ...target, pods: podAccounts() })),
    ...alsoAdmits(
      (_, policy, choices) => (call) =>
        targetsOf(call.to, policy, choices).some(({ pods }: TargetWithPods) => pods?.has(call.to.address) === false),
    ),
  },
} satisfies FaultTable<MeshFault>;
