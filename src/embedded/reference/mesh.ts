/**
 * The reference mesh: SMI as the text says it, on the data plane of the embedded cluster. Where to read on:
 *
 *     parse.ts, policy.ts        what the objects say, whatever their API version
 *     access.ts, grant.ts        Traffic Access: who may call whom
 *     routes.ts, path.ts         Traffic Specs: which requests a route describes
 *     split.ts, split-matches.ts Traffic Split: where a client's traffic goes
 *     identity.ts                who a pod is
 *     choices.ts                 what the text leaves open
 *
 * and the rest: known.ts, propagation.ts and split-events.ts between API server and data plane; misreadings.ts and
 * mishearings.ts, which make faulty meshes of it.
 */
import { smiKindNames, smiKinds } from "../../domain/smi/kinds.ts";
import { newestServed, servedFromCrds } from "../../domain/smi/served.ts";
import type { Clock, WatchEvent } from "../../ports.ts";
import type { ApiServer } from "../api-server.ts";
import type { Admittance, DataPlane, Inbound, Outbound, PodEndpoint, ServiceView } from "../data-plane.ts";
import type { Faults } from "../mutants/faults.ts";
import { misread } from "../mutants/policy-faults.ts";
import { type Access, compileAccess } from "./access.ts";
import { drawOne } from "./draw.ts";
import { isJoined } from "./identity.ts";
import type { Choices } from "./open-choices.ts";
import { createKnown } from "./policy-store.ts";
import { createPropagation } from "./propagation.ts";
import { compileSplits, type Splits } from "./split.ts";
import { complaintsAbout, eventOf } from "./split-warnings.ts";

export interface MeshOptions {
  /** The definitions of the SMI kinds must be there: their newest served versions are watched. */
  readonly api: ApiServer;
  readonly clock: Clock;
  /** From 0 up to but not 1. */
  readonly random: () => number;
  /** Milliseconds from a change in the API server until it is in force. */
  readonly delayMs: number;
  readonly choices: Choices;
  readonly faults: Faults;
}

export interface Mesh {
  readonly dataPlane: DataPlane;
  /** Stops hearing of changes; traffic goes on as it was. */
  close(): void;
}

/** The header that a proxy of this mesh adds to what it lets in. */
export const MESH_HEADER = "x-reference-mesh";

const ALLOWED: Admittance = { kind: "allow", headers: { [MESH_HEADER]: "1" } };
/** A pod that has not joined has no proxy to add anything, or to enforce. */
const UNTOUCHED: Admittance = { kind: "allow" };

/** The SMI kinds that are defined, in the newest version that they serve: v1alpha4 before v1alpha3. */
function definedKinds(api: ApiServer): readonly { readonly apiVersion: string; readonly kind: string }[] {
  const served = servedFromCrds(api.list({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" }));
  return smiKindNames.flatMap((kind) => {
    const newest = newestServed(served, kind);
    return newest === undefined ? [] : [{ apiVersion: `${smiKinds[kind].group}/${newest.name}`, kind }];
  });
}

/** Account by address of every running pod. */
function roster(api: ApiServer): ReadonlyMap<string, string> {
  return new Map(
    api.list({ apiVersion: "v1", kind: "Pod" }).flatMap(({ metadata, spec, status }) => {
      const address = (status as { podIP?: string } | undefined)?.podIP;
      const account = (spec as { serviceAccountName?: string } | undefined)?.serviceAccountName ?? "default";
      return address === undefined ? [] : [[address, `${metadata.namespace ?? ""}/${account}`] as const];
    }),
  );
}

function refusal({ transport }: Inbound, choices: Choices, faults: Faults): Admittance {
  if (transport === "udp") return { kind: "hang" };
  if (transport === "tcp") return { kind: "reset" };
  if (faults.refusesAsApplication) return { kind: "as-application" };
  return choices.refusal === "reset" ? { kind: "reset" } : { kind: "refuse", status: Number(choices.refusal) };
}

export function createReferenceMesh(options: MeshOptions): Mesh {
  const { api, clock, random, delayMs, choices, faults } = options;
  const ended = new AbortController();
  const known = createKnown(faults, () => roster(api));
  const servicePorts = new Map<string, readonly number[]>();
  let complained = new Set<string>();
  let serial = 0;

  /** Whether the pod's own side would let it in. */
  const admits = (outbound: Outbound, { pod, port }: PodEndpoint): boolean =>
    !isJoined(pod) || access.admits({ ...outbound, to: pod, port });
  const compile = (): { access: Access; splits: Splits } => {
    const policy = misread(known.policy(), faults);
    return {
      access: compileAccess(policy, choices, faults),
      splits: compileSplits(policy, { choices, faults, random, admits }),
    };
  };
  let { access, splits } = compile();

  function complain(): void {
    const complaints = complaintsAbout(known.policy(), servicePorts, faults);
    for (const complaint of complaints) {
      if (complained.has(complaint.id)) continue;
      serial += 1;
      // Refused only where the split's namespace is about to go, and the split with it.
      api.create(eventOf(complaint, serial, clock.timestamp()));
    }
    complained = new Set(complaints.map(({ id }) => id));
  }

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
    let isPolicyChanged = false;
    for (const event of events) {
      if (event.object.kind === "Service") takeService(event);
      else {
        known.take(event);
        isPolicyChanged = true;
      }
    }
    if (isPolicyChanged) ({ access, splits } = compile());
    complain();
  }

  const propagation = createPropagation({ clock, delayMs, signal: ended.signal, deliver });
  const { late } = faults;
  const latePropagation = createPropagation({ clock, delayMs: late?.ms ?? 0, signal: ended.signal, deliver });
  const stops = [{ apiVersion: "v1", kind: "Service" }, ...definedKinds(api)].map((query) =>
    api.watch(query, (event) => {
      const isLate = late?.kind === event.object.kind && late.type === event.type;
      (isLate ? latePropagation : propagation).send(event);
    }),
  );

  function admit(inbound: Inbound): Admittance {
    if (!isJoined(inbound.to)) return UNTOUCHED;
    if (!faults.enforcesAtClientOnly && !access.admits(inbound)) return refusal(inbound, choices, faults);
    if (faults.dropsAllowed !== undefined && random() < faults.dropsAllowed) return { kind: "hang" };
    if (faults.failsAllowed !== undefined && inbound.transport === "http" && random() < faults.failsAllowed)
      return { kind: "refuse", status: 503 };
    return ALLOWED;
  }

  function route(outbound: Outbound, services: ServiceView): PodEndpoint | "refused" | undefined {
    const found = splits.route(outbound, services);
    if (!faults.enforcesAtClientOnly || found === "refused" || !isJoined(outbound.from)) return found;
    const endpoint = found ?? drawOne(services.endpoints(outbound.service, outbound.port), random());
    return endpoint !== undefined && admits(outbound, endpoint) ? endpoint : "refused";
  }

  return {
    dataPlane: { route, admit },
    close() {
      ended.abort();
      for (const stop of stops) stop();
    },
  };
}
