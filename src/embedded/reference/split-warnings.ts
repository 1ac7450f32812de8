/**
 * "It is recommended that implementations issue an event when the configuration is incorrect" (traffic-split v1alpha4,
 * line 116), one that "notifies users traffic will not be split for" a backend and is "visible with `kubectl describe
 * trafficsplit`" (line 213).
 */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import type { Clock } from "../../ports.ts";
import type { ApiServer } from "../api-server.ts";
import { keyOf, type Policy, type Split } from "./policy.ts";

/** Something about a split that its author should know. */
export interface SplitWarning {
  /** The same for the same warning about the same object. */
  readonly id: string;
  readonly split: Split;
  readonly reason: "PortMismatch" | "InvalidWeight";
  readonly message: string;
}

/** Ports by `namespace/name` of a Service. */
export type ServicePorts = ReadonlyMap<string, readonly number[]>;

function warning(split: Split, reason: SplitWarning["reason"], message: string): SplitWarning {
  return { id: `${split.uid} ${keyOf(split)} ${reason} ${message}`, split, reason, message };
}

export function portMismatch(split: Split, backend: string, lacking: readonly number[]): SplitWarning {
  const ports = `port${lacking.length === 1 ? "" : "s"} ${lacking.join(", ")} of ${split.root}`;
  return warning(split, "PortMismatch", `${backend} has no match for ${ports}: no traffic is split to it there`);
}

/** A Service that does not exist yet is not a mistake: the workflow of lines 244 to 247 names one. */
export function splitWarnings(policy: Policy, ports: ServicePorts): readonly SplitWarning[] {
  return policy.splits.flatMap((split) => {
    if (split.broken !== undefined)
      return [warning(split, "InvalidWeight", `${split.broken}: this TrafficSplit is not applied`)];
    const portsOf = (name: string) => ports.get(keyOf({ namespace: split.namespace, name }));
    const rootPorts = portsOf(split.root) ?? [];
    return split.backends.flatMap(({ service }) => {
      const own = portsOf(service);
      const lacking = own === undefined ? [] : rootPorts.filter((port) => !own.includes(port));
      return lacking.length === 0 ? [] : [portMismatch(split, service, lacking)];
    });
  });
}

/** The warning as an Event. `serial` keeps names apart; `at`: ISO 8601. */
function eventOf({ split, reason, message }: SplitWarning, serial: number, at: string): KubernetesObject {
  const { name, namespace, uid, apiVersion, kind } = split;
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${name}.${uid.slice(0, 8) || "0"}.${serial.toString(16)}`, namespace },
    involvedObject: { apiVersion, kind, name, namespace, uid },
    type: "Warning",
    reason,
    message,
    source: { component: "reference-mesh" },
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
  };
}

/** Emits each of the warnings that stand as an event: once, and again if it was gone in between. */
export function createWarningEmitter(api: ApiServer, clock: Clock): (warnings: readonly SplitWarning[]) => void {
  let standing = new Set<string>();
  let serial = 0;
  return function emitWarnings(warnings) {
    for (const one of warnings) {
      if (standing.has(one.id)) continue;
      serial += 1;
      // Refused only where the split's namespace is about to go, and the split with it.
      api.create(eventOf(one, serial, clock.timestamp()));
    }
    standing = new Set(warnings.map(({ id }) => id));
  };
}
