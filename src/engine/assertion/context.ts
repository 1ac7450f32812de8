/** What the steps of one assertion's run share. */
import type { Assertion } from "../../domain/assertion/assertion.ts";
import type { DistributionExpectation, Probe } from "../../domain/assertion/expectation.ts";
import { probeKey } from "../../domain/assertion/probe-key.ts";
import type { KubernetesObject, ObjectRef } from "../../domain/kubernetes/object.ts";
import { refOf } from "../../domain/kubernetes/object.ts";
import type { Seen } from "../../domain/measurement/outcome.ts";
import type { SmiKindName } from "../../domain/smi/kinds.ts";
import { kindOf, render } from "../../domain/smi/render.ts";
import type { Resource, ResourceRef } from "../../domain/smi/resource.ts";
import type { ServedVersion } from "../../domain/smi/served.ts";
import type { Cell, CellDeps } from "../cell/cell.ts";

export type ChosenVersions = ReadonlyMap<SmiKindName, ServedVersion>;

/** What the probes of one expectation came to. */
export interface JudgedProbes {
  readonly is: "ok" | "refused";
  readonly seen: readonly Seen[];
  /** Arrivals by request id. */
  readonly arrived: ReadonlyMap<string, number>;
  /** Every one was seen to be refused. */
  readonly isRefused: boolean;
}

export interface AssertionContext {
  readonly assertion: Assertion;
  readonly cell: Cell;
  readonly deps: CellDeps;
  readonly versions: ChosenVersions;
  /** Milliseconds that the mesh may take for a change. */
  readonly deadlineMs: number;
  /** What this assertion made and has not removed, newest last. */
  readonly made: Map<string, ObjectRef>;
  /** By `probeKey`: the weights now in force, as far as this assertion set them. A split may be for some requests only. */
  readonly weights: Map<string, { readonly probe: Probe; readonly shares: Readonly<Record<string, number>> }>;
  /** By `probeKey`: its probes, and whether each was answered before anything was changed. */
  readonly first: Map<string, { readonly probe: Probe; readonly allowed: boolean }>;
  /** The probes that were judged, phase after phase. */
  readonly measured: JudgedProbes[];
  /** Where it is, for people who watch. */
  readonly progress: (line: string) => void;
}

const keyOf = (ref: ObjectRef) => `${ref.kind}/${ref.namespace ?? ""}/${ref.name}`;

/** @throws NotExpressibleError */
export function renderFor(
  context: Pick<AssertionContext, "versions" | "cell">,
  resource: Resource,
  version?: ServedVersion,
): KubernetesObject {
  const kind = kindOf(resource);
  const chosen = version ?? context.versions.get(kind);
  if (chosen === undefined) throw new RangeError(`no version was chosen for ${kind}`);
  return render(resource, chosen, context.cell.bindings);
}

export function noteMade(context: AssertionContext, object: KubernetesObject): void {
  const ref = refOf(object);
  context.made.set(keyOf(ref), ref);
}

export function forgetMade(context: AssertionContext, ref: ObjectRef): void {
  context.made.delete(keyOf(ref));
}

/** Notes the weights that a change has given to an exchange. */
export function noteWeights(
  context: AssertionContext,
  { connection: _connection, ...probe }: DistributionExpectation,
  shares: Readonly<Record<string, number>>,
): void {
  context.weights.set(probeKey(probe), { probe, shares });
}

/** The object that a `remove` entry names. */
export function refFor(context: AssertionContext, resource: ResourceRef): ObjectRef {
  // Only the identity matters, so a body that renders in every version will do.
  const whole: Resource = "httpRouteGroup" in resource ? { ...resource, matches: [] } : { ...resource };
  return refOf(renderFor(context, whole));
}
