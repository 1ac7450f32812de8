/** The state of a cell as a value: what each of its steady-state probes meets. */
import { describeProbe, type Probe, transportOf } from "../../domain/assertion/expectation.ts";
import type { Outcome, Seen } from "../../domain/measurement/outcome.ts";
import { isRefusal } from "../../domain/measurement/refusal.ts";
import { serviceOf } from "../probe/address.ts";
import { send } from "../probe/send.ts";
import type { Cell, CellDeps } from "./cell.ts";

/** Enough to tell refused from allowed; the assertion's own probes are then awaited one by one. */
const SAMPLE = 8;
/** With three equal backends, one stays unseen in 30 requests with probability 1.6e-5. */
const SAMPLE_OF_BACKENDS = 30;
const SAMPLE_OF_DATAGRAMS = 2;
/** What some of the probes met. Refusals of any form are one outcome: the form may depend on how far the mesh has got. */
interface Encounter {
  readonly outcome: Outcome | "refused";
  /** Workload that answered; undefined where none did. */
  readonly workload: string | undefined;
}

/** What one steady-state probe met: distinct encounters, in no particular order. */
type ProbeState = readonly Encounter[];

/** One state for each of the fixture's steady-state probes, in their order. */
export type CellState = readonly ProbeState[];

const sameEncounter = (x: Encounter, y: Encounter) => x.outcome === y.outcome && x.workload === y.workload;

const sameProbeState = (x: ProbeState, y: ProbeState) =>
  x.length === y.length && x.every((one) => y.some((other) => sameEncounter(one, other)));

export function sameState(x: CellState, y: CellState): boolean {
  return x.length === y.length && x.every((state, index) => sameProbeState(state, y[index] ?? []));
}

/** For people: `a -> b GET /: OK from b, refused`. */
export function describeState(cell: Cell, state: CellState): string {
  const encounters = (one: ProbeState) =>
    one
      .map(({ outcome, workload }) => (workload === undefined ? outcome : `${outcome} from ${workload}`))
      .toSorted()
      .join(", ");
  return cell.fixture.steadyState
    .map((probe, index) => `${describeProbe(probe)}: ${encounters(state[index] ?? [])}`)
    .join("\n");
}

function encounterOf(cell: Cell, probe: Probe, { outcome, server }: Seen): Encounter {
  return {
    outcome: isRefusal(cell.plan.profile.refusal, transportOf(probe), outcome) ? "refused" : outcome,
    workload: server?.workload,
  };
}

function sampleSize(cell: Cell, probe: Probe): number {
  if (probe.udp === true) return SAMPLE_OF_DATAGRAMS;
  return serviceOf(cell.fixture.services, probe).selects.length > 1 ? SAMPLE_OF_BACKENDS : SAMPLE;
}

/** Sends the steady-state probes once. */
export async function observeState(cell: Cell, deps: CellDeps): Promise<CellState> {
  return Promise.all(
    cell.fixture.steadyState.map(async (probe) => {
      const { seen } = await send(cell, probe, sampleSize(cell, probe), deps);
      const encounters = seen.map((one) => encounterOf(cell, probe, one));
      return encounters.filter((one, index) => encounters.findIndex((other) => sameEncounter(one, other)) === index);
    }),
  );
}

/** Whether the state can be the cell's steady one: INFRA says that our own side failed, and `is: ok` asks for answers. */
export function canSettle(cell: Cell, state: CellState): boolean {
  return state.every((encounters, index) => {
    const onlyAnswers = encounters.length > 0 && encounters.every(({ outcome }) => outcome === "OK");
    if (cell.fixture.steadyState[index]?.is === "ok" && !onlyAnswers) return false;
    return encounters.every(({ outcome }) => outcome !== "INFRA");
  });
}
