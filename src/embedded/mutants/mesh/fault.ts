/** A fault of the reference mesh: which of its parts it wraps, and how. What a fault does not name stays as it is. */
import type { SmiKindName } from "../../../domain/smi/kinds.ts";
import type { WatchEvent } from "../../../ports.ts";
import type { DataPlane } from "../../data-plane.ts";
import type { Access } from "../../reference/access.ts";
import type { Choices } from "../../reference/open-choices.ts";
import type { Change, Policy, PolicyObject } from "../../reference/policy.ts";
import type { Balancer, Splits } from "../../reference/split.ts";
import type { SplitWarning } from "../../reference/split-warnings.ts";

/** `namespace/account` by address, of every pod that there is. */
export type PodAccounts = ReadonlyMap<string, string>;

/** What the mesh knows when a change comes. */
export interface Memory {
  /** The object as it was until now; undefined where it is new, also under the name of another one. */
  readonly before: PolicyObject | undefined;
  readonly policy: Policy;
  readonly podAccounts: () => PodAccounts;
}

export interface MeshFault {
  /** Rewrites what the API server tells. */
  readonly event?: (event: WatchEvent) => WatchEvent;
  /** Events that arrive this many milliseconds late. */
  readonly late?: { readonly kind: SmiKindName; readonly type: WatchEvent["type"]; readonly ms: number };
  /** Takes a change for another, or for none. */
  readonly change?: (change: Change, memory: Memory) => Change | undefined;
  /** Takes the policy for another, before it is compiled. */
  readonly policy?: (policy: Policy) => Policy;
  /** A choice that is open where a profile declares it, and a fault where it does not. */
  readonly choices?: Partial<Choices>;
  readonly access?: (access: Access, policy: Policy, choices: Choices) => Access;
  readonly splits?: (splits: Splits, policy: Policy) => Splits;
  readonly balancer?: Balancer;
  readonly warnings?: (warnings: readonly SplitWarning[], policy: Policy) => readonly SplitWarning[];
  /** `random` gives numbers from 0 up to but not 1. */
  readonly dataPlane?: (dataPlane: DataPlane, random: () => number) => DataPlane;
}
