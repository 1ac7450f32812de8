/** The policy as it stands: every SMI object that the mesh has been told of, in its latest state. */
import type { WatchEvent } from "../../ports.ts";
import { parse } from "./parse.ts";
import { type Change, keyOf, type Policy, type PolicyObject } from "./policy.ts";

export interface PolicyStore {
  apply(event: WatchEvent): void;
  policy(): Policy;
}

/** The change of policy that an event of the API server means, given the policy so far; undefined where it means none. */
export type ReadChange = (event: WatchEvent, policy: Policy) => Change | undefined;

export const readChange: ReadChange = ({ type, object }) => {
  const parsed = parse(object);
  return parsed && { type, object: parsed };
};

export function createPolicyStore(read: ReadChange): PolicyStore {
  const objects = new Map<string, PolicyObject>();
  const idOf = (object: PolicyObject) => `${object.kind} ${keyOf(object)}`;
  const ofKind = <Kind extends PolicyObject["kind"]>(...kinds: readonly Kind[]) =>
    [...objects.values()].filter((object): object is Extract<PolicyObject, { kind: Kind }> =>
      (kinds as readonly string[]).includes(object.kind),
    );

  const store: PolicyStore = {
    apply(event) {
      const change = read(event, store.policy());
      if (change === undefined) return;
      const id = idOf(change.object);
      if (change.type !== "DELETED") objects.set(id, change.object);
      // An object created since under the same name is another one.
      else if (objects.get(id)?.uid === change.object.uid) objects.delete(id);
    },
    policy: () => ({
      targets: ofKind("TrafficTarget"),
      groups: ofKind("HTTPRouteGroup"),
      portRoutes: ofKind("TCPRoute", "UDPRoute"),
      splits: ofKind("TrafficSplit"),
    }),
  };
  return store;
}
