/** What the mesh knows: the SMI objects that it has heard of, as they were last. */
import type { WatchEvent } from "../../ports.ts";
import type { MeshFaults } from "../mutants/mesh-faults.ts";
import { misheard } from "../mutants/update-faults.ts";
import { parse } from "./parse.ts";
import { keyOf, type Policy, type PolicyObject } from "./policy.ts";

export interface Change {
  readonly type: WatchEvent["type"];
  readonly object: PolicyObject;
}

export interface Known {
  take(event: WatchEvent): void;
  policy(): Policy;
}

/** `roster`: account by address of every pod there is, for faulty meshes. */
export function createKnown(faults: MeshFaults, roster: () => ReadonlyMap<string, string>): Known {
  const objects = new Map<string, PolicyObject>();
  const idOf = (object: PolicyObject) => `${object.kind} ${keyOf(object)}`;
  const ofKind = <Kind extends PolicyObject["kind"]>(...kinds: readonly Kind[]) =>
    [...objects.values()].filter((object): object is Extract<PolicyObject, { kind: Kind }> =>
      (kinds as readonly string[]).includes(object.kind),
    );

  return {
    take({ type, object }) {
      const parsed = parse(object, faults);
      if (parsed === undefined) return;
      const id = idOf(parsed);
      const change = misheard({ type, object: parsed }, { before: objects.get(id), ofKind, roster }, faults);
      if (change === undefined) return;
      if (change.type !== "DELETED") objects.set(id, change.object);
      // What was made anew in the meantime is another object.
      else if (objects.get(id)?.uid === change.object.uid) objects.delete(id);
    },
    policy: () => ({
      targets: ofKind("TrafficTarget"),
      groups: ofKind("HTTPRouteGroup"),
      portRoutes: ofKind("TCPRoute", "UDPRoute"),
      splits: ofKind("TrafficSplit"),
    }),
  };
}
