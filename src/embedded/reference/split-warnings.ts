/**
 * "It is recommended that implementations issue an event when the configuration is incorrect" (traffic-split v1alpha4,
 * line 116), one that "notifies users traffic will not be split for" a backend and is "visible with `kubectl describe
 * trafficsplit`" (line 213).
 */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import type { MeshFaults } from "../mutants/mesh-faults.ts";
import { keyOf, type Policy, type Split } from "./policy.ts";

/** Something about a split that its author should know. */
export interface Complaint {
  /** The same for the same complaint about the same object. */
  readonly id: string;
  readonly split: Split;
  readonly reason: "PortMismatch" | "InvalidWeight";
  readonly message: string;
}

/** Ports by `namespace/name` of a Service. */
export type ServicePorts = ReadonlyMap<string, readonly number[]>;

function about(split: Split, reason: Complaint["reason"], message: string): Complaint {
  return { id: `${split.uid} ${keyOf(split)} ${reason} ${message}`, split, reason, message };
}

/** A Service that is not there yet is no mistake: the workflow of lines 244 to 247 names one. */
export function complaintsAbout(policy: Policy, ports: ServicePorts, faults: MeshFaults): readonly Complaint[] {
  return policy.splits.flatMap((split) => {
    if (split.broken !== undefined)
      return [about(split, "InvalidWeight", `${split.broken}: this TrafficSplit is not applied`)];
    const rootPorts = ports.get(keyOf({ namespace: split.namespace, name: split.root })) ?? [];
    return split.backends.flatMap(({ service }) => {
      const own = ports.get(keyOf({ namespace: split.namespace, name: service }));
      const lacking = own === undefined ? [] : rootPorts.filter((port) => !own.includes(port));
      const isWrong = lacking.length > 0 && !faults.silentOnMismatch;
      if (!isWrong && !faults.warnsAlways) return [];
      const list = `port${lacking.length === 1 ? "" : "s"} ${lacking.join(", ")} of ${split.root}`;
      return [
        about(split, "PortMismatch", `${service} has no match for ${list}: traffic will not be split for it there`),
      ];
    });
  });
}

/** The complaint as an Event. `at`: ISO 8601. `serial` keeps names apart. */
export function eventOf({ split, reason, message }: Complaint, serial: number, at: string): KubernetesObject {
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
