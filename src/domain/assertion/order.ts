/** Steps that make no sense where they stand. */
import { kindOf, nameOf } from "../smi/render.ts";
import type { Resource, ResourceRef } from "../smi/resource.ts";
import type { AssertionFile } from "./assertion-file.ts";
import type { Expectation } from "./expectation.ts";
import type { Fixture } from "./fixture.ts";
import { allowed, type Mistake } from "./mistake.ts";
import { phasesOf } from "./phases.ts";
import { isExpect, type Step } from "./step.ts";

type Path = Mistake["path"];

/** What there is while the steps are gone through. */
interface State {
  readonly namespace: (resource: Resource | ResourceRef) => string;
  readonly base: ReadonlySet<string>;
  /** Resources that the steps have made and not removed. */
  readonly made: Set<string>;
  /** Place of the first step that makes each resource. */
  readonly makers: ReadonlyMap<string, number>;
  readonly replicas: Map<string, number>;
  readonly accounts: Map<string, string>;
}

const keyOf = (resource: Resource | ResourceRef, state: Pick<State, "namespace">) =>
  `${kindOf(resource)} ${nameOf(resource)} in ${state.namespace(resource)}`;

const OF_THE_FIXTURE = "it belongs to the fixture, whose other assertions rely on it";
const ANOTHER_NAME = "Give the resource of this assertion another name.";

function removal(ref: ResourceRef, step: number, path: Path, state: State): readonly Mistake[] {
  const key = keyOf(ref, state);
  if (state.base.has(key))
    return [
      { path, message: `${key} cannot be removed: ${OF_THE_FIXTURE}`, remedy: "Remove what a step has applied." },
    ];
  if (state.made.delete(key)) return [];
  const maker = state.makers.get(key);
  const there = allowed(key, [...state.made], "There by now:");
  const when =
    maker === undefined
      ? "no step makes it"
      : maker > step
        ? `steps.${maker} makes it, which comes later`
        : "it has been removed already";
  return [{ path, message: `${key} is not there to be removed: ${when}`, remedy: there }];
}

function application(resource: Resource, path: Path, state: State): readonly Mistake[] {
  const key = keyOf(resource, state);
  if (state.base.has(key))
    return [{ path, message: `${key} cannot be applied: ${OF_THE_FIXTURE}`, remedy: ANOTHER_NAME }];
  state.made.add(key);
  return [];
}

const hasSplit = ({ made, base }: State) => [...made, ...base].some((key) => key.startsWith("TrafficSplit "));

function expectation(e: Expectation, path: Path, state: State): readonly Mistake[] {
  if ("event" in e) {
    const [kind, name] = [kindOf(e.event), nameOf(e.event)];
    if (state.made.has(keyOf(e.event, state))) return [];
    const known = [...state.made].flatMap((key) => (key.startsWith(`${kind} `) ? (key.split(" ")[1] ?? []) : []));
    const field = Object.keys(e.event).find((key) => key !== "in") ?? "";
    return [
      {
        path: [...path, "event", field],
        message: `no step before this one applies a ${kind} "${name}"`,
        remedy: allowed(name, known, "Applied by now:"),
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
  const namespace = (resource: Resource | ResourceRef) => resource.in ?? fixture.namespaces[0] ?? "";
  const workloads = Object.entries(fixture.workloads);
  const makers = new Map<string, number>();
  for (const [index, step] of steps.entries())
    for (const resource of "apply" in step ? step.apply : []) {
      const key = keyOf(resource, { namespace });
      if (!makers.has(key)) makers.set(key, index);
    }
  return {
    namespace,
    base: new Set(fixture.base.map((resource) => keyOf(resource, { namespace }))),
    made: new Set(),
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
