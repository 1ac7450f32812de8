/**
 * The reference mesh: SMI as the specification says it, on the data plane of the embedded cluster. In reading order:
 *
 *     policy.ts, parse.ts          what the objects say, whatever their API version
 *     access.ts, grant.ts          Traffic Access: who may call whom
 *     routes.ts, path.ts           Traffic Specs: which requests a route describes
 *     splits-in-force.ts,
 *     split-matches.ts, split.ts   Traffic Split: where a client's traffic goes
 *     identity.ts                  who a pod is
 *     open-choices.ts              what the text leaves open
 *     split-warnings.ts            what the author of an incorrect split is told
 *
 * The rest is between the API server and the data plane: conversion.ts (with weights.ts and fields.ts) converts objects from
 * version to version, configuration.ts and propagation.ts bring changes, policy-store.ts keeps them, draw.ts draws.
 */
import type { Clock, WatchEvent } from "../../ports.ts";
import type { ApiServer } from "../api-server.ts";
import type { Admittance, DataPlane, Inbound, Outbound, PodEndpoint } from "../data-plane.ts";
import { compileAccess } from "./access.ts";
import { watchConfiguration } from "./configuration.ts";
import { isJoined } from "./identity.ts";
import type { Choices } from "./open-choices.ts";
import { createPolicyStore, readChange } from "./policy-store.ts";
import { compileSplits } from "./split.ts";
import { createWarningEmitter, splitWarnings } from "./split-warnings.ts";

/** What a mesh is made of: each part can be wrapped in another, or replaced. */
export interface MeshParts {
  readonly readChange: typeof readChange;
  readonly compileAccess: typeof compileAccess;
  readonly compileSplits: typeof compileSplits;
  readonly splitWarnings: typeof splitWarnings;
}

/** The parts that do as the specification says. */
export const smiParts: MeshParts = { readChange, compileAccess, compileSplits, splitWarnings };

export interface MeshOptions {
  /** The definitions of the SMI kinds must be there: their newest served versions are watched. */
  readonly api: ApiServer;
  readonly clock: Clock;
  /** From 0 up to but not 1. */
  readonly random: () => number;
  /** Milliseconds from a change in the API server until it is in force. */
  readonly delayMs: number;
  readonly choices: Choices;
}

export interface Mesh {
  readonly dataPlane: DataPlane;
  /** Takes in no more changes; traffic goes on as before. */
  close(): void;
}

/** The header that a proxy of this mesh adds to what it lets in. */
export const MESH_HEADER = "x-reference-mesh";

export const ALLOWED: Admittance = { kind: "allow", headers: { [MESH_HEADER]: "1" } };
/** A pod that has not joined has no proxy to add anything, or to enforce. */
export const UNTOUCHED: Admittance = { kind: "allow" };

function refusal({ transport }: Inbound, choices: Choices): Admittance {
  if (transport === "udp") return { kind: "hang" };
  if (transport === "tcp" || choices.refusal === "reset") return { kind: "reset" };
  return { kind: "refuse", status: Number(choices.refusal) };
}

export function createReferenceMesh(options: MeshOptions, parts: MeshParts = smiParts): Mesh {
  const { api, clock, random, delayMs, choices } = options;
  const store = createPolicyStore(parts.readChange);
  const servicePorts = new Map<string, readonly number[]>();
  const emitWarnings = createWarningEmitter(api, clock);

  /** Whether the pod's own side would let it in. */
  const admits = (outbound: Outbound, { pod, port }: PodEndpoint): boolean =>
    !isJoined(pod) || access.admits({ ...outbound, to: pod, port });
  const compile = () => ({
    access: parts.compileAccess(store.policy(), choices),
    splits: parts.compileSplits(store.policy(), { choices, random, admits }),
  });
  let { access, splits } = compile();

  function takeService({ type, object }: WatchEvent): void {
    const key = `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
    const { ports = [] } = (object.spec ?? {}) as { ports?: readonly { port: number }[] };
    if (type === "DELETED") servicePorts.delete(key);
    else
      servicePorts.set(
        key,
        ports.map(({ port }) => port),
      );
  }

  function deliver(events: readonly WatchEvent[]): void {
    for (const event of events) {
      if (event.object.kind === "Service") takeService(event);
      else store.apply(event);
    }
    if (events.some(({ object }) => object.kind !== "Service")) ({ access, splits } = compile());
    emitWarnings(parts.splitWarnings(store.policy(), servicePorts));
  }

  const stop = watchConfiguration({ api, clock, delayMs, deliver });
  return {
    dataPlane: {
      route: (outbound, services) => splits.route(outbound, services),
      admit(inbound) {
        if (!isJoined(inbound.to)) return UNTOUCHED;
        return access.admits(inbound) ? ALLOWED : refusal(inbound, choices);
      },
    },
    close: stop,
  };
}
