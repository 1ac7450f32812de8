/** Sees that a cell is in its first state: what its rest probes meet, as one comparable text. */
import { describeProbe, type Probe, transportOf } from "../../domain/assertion/expectation.ts";
import type { Outcome } from "../../domain/measurement/outcome.ts";
import { isRefusal } from "../../domain/measurement/refusal.ts";
import { InfrastructureError } from "../../errors.ts";
import { converge, DeadlineError } from "../convergence.ts";
import { serviceOf } from "../probe/address.ts";
import { send } from "../probe/send.ts";
import type { Cell, CellDeps } from "./cell.ts";

/** Enough to tell refused from allowed; the row's own probes are then awaited one by one. */
const REST_SAMPLE = 8;
/** With three equal backends, one stays unseen in 30 requests with probability 1.6e-5. */
const REST_SAMPLE_BACKENDS = 30;
/** Equal readings in a row that count as settled. */
const SETTLED = 3;

/** A new cell may take this many times what one change may: the mesh has to learn of its services and pods first. */
const SETTLE_FACTOR = 4;

/** Refusals of any form are one state: which form a mesh refuses in may depend on how far it has got. */
function stateOf(cell: Cell, probe: Probe, outcome: Outcome): string {
  if (isRefusal(cell.plan.profile.refusal, transportOf(probe), outcome)) return "refused";
  return outcome === "OK" ? "ok" : outcome;
}

function sampleOf(cell: Cell, rest: Probe): number {
  if (rest.udp === true) return 2;
  return serviceOf(cell.fixture.services, rest).selects.length > 1 ? REST_SAMPLE_BACKENDS : REST_SAMPLE;
}

async function read(cell: Cell, deps: CellDeps): Promise<readonly string[]> {
  return Promise.all(
    cell.fixture.steadyState.map(async (rest) => {
      const { seen } = await send(cell, rest, sampleOf(cell, rest), deps);
      const states = new Set(
        seen.map((o) => `${stateOf(cell, rest, o.outcome)}${o.server === undefined ? "" : `@${o.server.workload}`}`),
      );
      return `${describeProbe(rest)}: ${[...states].sort().join(" ")}`;
    }),
  );
}

/** Waits until the cell reads the same three times over, with nothing unresolved and every `is: ok` met; returns that reading. */
export async function firstState(cell: Cell, deps: CellDeps, propagationMs: number): Promise<string> {
  if (cell.fixture.steadyState.length === 0) return "";
  let last = "";
  let same = 0;
  const { value } = await converge({
    name: `cell ${cell.id} is at rest`,
    deadlineMs: SETTLE_FACTOR * propagationMs,
    clock: deps.clock,
    ...(deps.signal && { signal: deps.signal }),
    observe: async () => {
      const lines = await read(cell, deps);
      const text = lines.join("\n");
      same = text === last ? same + 1 : 1;
      last = text;
      const met = cell.fixture.steadyState.every(
        (rest, index) =>
          rest.is === undefined ||
          (/ ok/.test(lines[index] ?? "") && !/refused|DROP|INFRA|ERR/.test(lines[index] ?? "")),
      );
      return { text, settled: same >= SETTLED && met && !text.includes("INFRA") };
    },
    done: (seen) => seen.settled,
    describe: (seen) => seen.text,
  }).catch((error: unknown) => {
    if (!(error instanceof DeadlineError)) throw error;
    throw new InfrastructureError(
      "cell-not-ready",
      error.message,
      "Either the mesh never learned of the cell's services (see its logs in the evidence), or it refuses what the fixture's base resources grant.",
      { cause: error },
    );
  });
  return value.text;
}

/** True once the cell reads again as it did at first; false when the deadline passed. */
export async function backToFirst(cell: Cell, deps: CellDeps, first: string, deadlineMs: number): Promise<boolean> {
  if (cell.fixture.steadyState.length === 0) return true;
  try {
    await converge({
      name: `cell ${cell.id} is back in its first state`,
      deadlineMs,
      clock: deps.clock,
      ...(deps.signal && { signal: deps.signal }),
      observe: async () => (await read(cell, deps)).join("\n"),
      done: (seen) => seen === first,
    });
    return true;
  } catch (error) {
    if (error instanceof DeadlineError) return false;
    throw error;
  }
}
