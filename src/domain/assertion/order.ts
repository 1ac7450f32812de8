/** Steps that make no sense where they stand. */
import type { SmiKindName } from "../smi/kinds.ts";
import { kindOf, nameOf } from "../smi/render.ts";
import type { Resource, ResourceRef } from "../smi/resource.ts";
import type { AssertionFile } from "./assertion-file.ts";
import type { Expectation } from "./expectation.ts";
import type { Fixture } from "./fixture.ts";
import { allowed, type Mistake, type Path } from "./mistake.ts";
import { phasesOf } from "./phases.ts";
import { isExpect, type Step } from "./step.ts";

/** A resource by kind, namespace and name. */
interface Place {
  readonly kind: SmiKindName;
  readonly name: string;
  readonly namespace: string;
}

/** The same text for the same resource, and what it is called in messages. */
const shown = ({ kind, name, namespace }: Place) => `${kind} ${name} in ${namespace}`;

/** What there is while the steps are gone through. Resources are found by what they are called (`shown`). */
interface State {
  readonly placeOf: (resource: Resource | ResourceRef) => Place;
  readonly base: ReadonlyMap<string, Place>;
  /** Resources that the steps have made and not removed. */
  readonly made: Map<string, Place>;
  /** Index of the first step that makes each resource. */
  readonly makers: ReadonlyMap<string, number>;
  readonly replicas: Map<string, number>;
  readonly accounts: Map<string, string>;
}

const OF_THE_FIXTURE = "it belongs to the fixture, whose other assertions rely on it";
const ANOTHER_NAME = "Give the resource of this assertion another name.";

function removal(ref: ResourceRef, step: number, path: Path, state: State): readonly Mistake[] {
  const what = shown(state.placeOf(ref));
  if (state.base.has(what))
    return [
      { path, message: `${what} cannot be removed: ${OF_THE_FIXTURE}`, remedy: "Remove what a step has applied." },
    ];
  if (state.made.delete(what)) return [];
  const maker = state.makers.get(what);
  const when =
    maker === undefined
      ? "no step makes it"
      : maker > step
        ? `steps.${maker} makes it, which comes later`
        : "it has been removed already";
  const message = `${what} is not there to be removed: ${when}`;
  return [{ path, message, remedy: allowed(what, [...state.made.keys()], "There by now:") }];
}

function application(resource: Resource, path: Path, state: State): readonly Mistake[] {
  const place = state.placeOf(resource);
  const what = shown(place);
  if (state.base.has(what))
    return [{ path, message: `${what} cannot be applied: ${OF_THE_FIXTURE}`, remedy: ANOTHER_NAME }];
  state.made.set(what, place);
  return [];
}

const ofKind = (places: ReadonlyMap<string, Place>, kind: SmiKindName) =>
  [...places.values()].filter((place) => place.kind === kind);

const hasSplit = ({ made, base }: State) =>
  ofKind(made, "TrafficSplit").length > 0 || ofKind(base, "TrafficSplit").length > 0;

function expectation(e: Expectation, path: Path, state: State): readonly Mistake[] {
  if ("event" in e) {
    const place = state.placeOf(e.event);
    if (state.made.has(shown(place))) return [];
    const known = ofKind(state.made, place.kind).map(({ name }) => name);
    const field = Object.keys(e.event).find((key) => key !== "in") ?? "";
    return [
      {
        path: [...path, "event", field],
        message: `no step before this one applies a ${place.kind} "${place.name}"`,
        remedy: allowed(place.name, known, "Applied by now:"),
      },
    ];
  }
  if ("requests" in e && Object.values(e.reach).some((w) => typeof w === "number") && !hasSplit(state))
    return [
      {
        path: [...path, "reach"],
        message: "weights are expected where no TrafficSplit is in force",
        remedy: "Apply a TrafficSplit in a step before this one, or expect some and none.",
      },
    ];
  return [];
}

/** @param index of the step in the file */
function stepMistakes(step: Step, index: number, state: State): readonly Mistake[] {
  const at = (...rest: Path): Path => ["steps", index, ...rest];
  const idle = (path: Path, what: string): readonly Mistake[] => [
    { path, message: `nothing changes: ${what} already`, remedy: "Leave the step out, or change something." },
  ];
  if (isExpect(step)) return step.expect.flatMap((e, x) => expectation(e, at("expect", x), state));
  if ("apply" in step) return step.apply.flatMap((resource, r) => application(resource, at("apply", r), state));
  if ("remove" in step) return step.remove.flatMap((ref, r) => removal(ref, index, at("remove", r), state));
  if ("scale" in step) {
    const { workload, replicas } = step.scale;
    if (state.replicas.get(workload) === replicas) return idle(at("scale"), `${workload} has ${replicas} replicas`);
    state.replicas.set(workload, replicas);
    return [];
  }
  if ("setAccount" in step) {
    const { workload, account } = step.setAccount;
    if (state.accounts.get(workload) === account) return idle(at("setAccount"), `${workload} runs under ${account}`);
    state.accounts.set(workload, account);
  }
  return [];
}

function stateOf({ steps }: AssertionFile, fixture: Fixture): State {
  const placeOf = (resource: Resource | ResourceRef): Place => ({
    kind: kindOf(resource),
    name: nameOf(resource),
    namespace: resource.in ?? fixture.namespaces[0] ?? "",
  });
  const workloads = Object.entries(fixture.workloads);
  const makers = new Map<string, number>();
  for (const [index, step] of steps.entries())
    for (const resource of "apply" in step ? step.apply : []) {
      const what = shown(placeOf(resource));
      if (!makers.has(what)) makers.set(what, index);
    }
  return {
    placeOf,
    base: new Map(fixture.base.map(placeOf).map((place) => [shown(place), place])),
    made: new Map(),
    makers,
    replicas: new Map(workloads.map(([name, { replicas }]) => [name, replicas])),
    accounts: new Map(workloads.map(([name, { account }]) => [name, account ?? name])),
  };
}

function phaseMistakes({ steps }: AssertionFile): readonly Mistake[] {
  return phasesOf(steps).flatMap(({ name, places }): readonly Mistake[] => {
    const first = places.changes[0] ?? places.expect ?? 0;
    const unnamed: readonly Mistake[] =
      name === ""
        ? [
            {
              path: ["steps", first],
              message: "none of the steps up to the next expectations has a name to report them by",
              remedy: "Give this step a name: what holds from here on.",
            },
          ]
        : [];
    const [last] = places.changes.slice(-1);
    if (places.expect !== undefined || last === undefined) return unnamed;
    return [
      ...unnamed,
      {
        path: ["steps", last],
        message: "no step after this change says what is expected of it",
        remedy: "Add a step `expect`, or leave the change out.",
      },
    ];
  });
}

export function lintOrder(file: AssertionFile, fixture: Fixture): readonly Mistake[] {
  const state = stateOf(file, fixture);
  return [...file.steps.flatMap((step, index) => stepMistakes(step, index, state)), ...phaseMistakes(file)];
}
