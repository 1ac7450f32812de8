/** Faults by which the mesh takes a change for another than was made, or for none. */

import { keyOf, type PolicyObject, type Rule, type Subject, type Target } from "../reference/policy.ts";
import type { Change } from "../reference/policy-store.ts";
import type { MeshFaults } from "./mesh-faults.ts";

export interface Memory {
  /** The object as it was known until now. */
  readonly before: PolicyObject | undefined;
  readonly ofKind: (...kinds: readonly PolicyObject["kind"][]) => readonly PolicyObject[];
  readonly roster: () => ReadonlyMap<string, string>;
}

const isSame = (x: Subject) => (y: Subject) => x.kind === y.kind && x.name === y.name && x.namespace === y.namespace;

/** Rules whose route is known by now. */
function resolvable(target: Target, { ofKind }: Memory): readonly Rule[] {
  const known = new Set(
    ofKind("HTTPRouteGroup", "TCPRoute", "UDPRoute").map((route) => `${route.kind} ${keyOf(route)}`),
  );
  return target.rules.filter(({ kind, name }) => known.has(`${kind} ${keyOf({ namespace: target.namespace, name })}`));
}

function misheardTarget(target: Target, before: Target | undefined, memory: Memory, faults: MeshFaults): Target {
  let { sources, rules } = target;
  if (before !== undefined && faults.keepsRemovedSources)
    sources = [...sources, ...before.sources.filter((source) => !sources.some(isSame(source)))];
  if (before !== undefined && faults.ignoresAddedSources)
    sources = sources.filter((source) => before.sources.some(isSame(source)));
  if (faults.needsRoutesFirst) rules = resolvable(target, memory);
  const isRostered = faults.identityByAddress || faults.newPodsDoNotEnforce;
  return { ...target, sources, rules, ...(isRostered ? { roster: memory.roster() } : {}) };
}

/** The change as a mesh with these faults hears it; undefined where it hears nothing. */
export function misheard(change: Change, memory: Memory, faults: MeshFaults): Change | undefined {
  const { type, object } = change;
  if (type === "DELETED") return faults.keepsDeleted === object.kind ? undefined : change;
  // Under one name another uid is another object, whose predecessor's end was not heard.
  const before = memory.before?.uid === object.uid ? memory.before : undefined;
  if (before !== undefined && faults.ignoresUpdates === object.kind) return undefined;
  if (object.kind !== "TrafficTarget") return change;
  const known = before?.kind === "TrafficTarget" ? before : undefined;
  return { type, object: misheardTarget(object, known, memory, faults) };
}
