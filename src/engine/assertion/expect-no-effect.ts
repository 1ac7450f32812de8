/**
 * An object that was accepted with its fault must at least grant nothing. When the mesh has taken it in shows by a marker:
 * what is applied after it, and opens a way that was closed.
 */
import {
  describeProbe,
  type Marker,
  type Probe,
  type ProbeExpectation,
  type SubmitExpectation,
  transportOf,
} from "../../domain/assertion/expectation.ts";
import type { Finding } from "../../domain/measurement/finding.ts";
import { countById, judgeRefused } from "../../domain/measurement/judge-probes.ts";
import { describeTally } from "../../domain/measurement/outcome.ts";
import { isRefusal } from "../../domain/measurement/refusal.ts";
import { alive, arrivalsOf, SAMPLE, send } from "../probe/send.ts";
import { awaitChange } from "./await-propagation.ts";
import { type AssertionContext, noteMade, renderFor } from "./context.ts";
import { serverAlive } from "./controls.ts";
import { BEFORE } from "./expected-change.ts";

/** True once `probe` is as it should be; false when the deadline passed. */
async function isInForce(
  context: AssertionContext,
  phase: string,
  probe: Probe,
  is: ProbeExpectation["is"],
): Promise<boolean> {
  const change = { flips: [{ ...probe, is }], shifts: [] };
  const seen = await awaitChange(context, phase, change, context.deps.clock.now());
  return seen.every(({ inForce }) => inForce);
}

/** What the marker shows. `expected` ends the sentence about its probe: `refused again`. */
function markerFinding(phase: string, probe: Probe, expected: string, held: boolean, observed: string): Finding {
  return {
    phase,
    control: "policy-flip",
    statement: `${describeProbe(probe)} is ${expected}`,
    status: held ? "held" : "unknown",
    expected,
    observed,
  };
}

/** Asked before the object is there: a way that is open already shows nothing. */
export async function refusedBefore(context: AssertionContext, phase: string, { probe }: Marker): Promise<Finding> {
  const { seen } = await send(context.cell, probe, BEFORE, context.deps);
  const { refusal } = context.cell.plan.profile;
  const isRefused = seen.every(({ outcome }) => isRefusal(refusal, transportOf(probe), outcome));
  return markerFinding(phase, probe, "refused before its grant", isRefused, describeTally(seen));
}

/** Asked once all is removed: the same marker has to show the next object too. */
export async function refusedAgain(context: AssertionContext, phase: string, { probe }: Marker): Promise<Finding> {
  const isRefused = await isInForce(context, phase, probe, "refused");
  return markerFinding(phase, probe, "refused again", isRefused, isRefused ? "refused" : "not before the deadline");
}

/** Applies what follows the object, and sees it in force. */
async function markerShows(context: AssertionContext, phase: string, { apply, probe }: Marker): Promise<Finding> {
  for (const resource of apply) {
    const object = renderFor(context, resource);
    const answer = await context.deps.cluster.apply(object);
    if (!answer.accepted)
      return markerFinding(
        phase,
        probe,
        "granted",
        false,
        `the API server refuses it: ${answer.message.slice(0, 200)}`,
      );
    noteMade(context, object);
  }
  const isGranted = await isInForce(context, phase, probe, "ok");
  return markerFinding(phase, probe, "granted", isGranted, isGranted ? "granted" : "not before the deadline");
}

async function staysClosed(
  { cell, deps }: AssertionContext,
  phase: string,
  probe: Probe,
  statement: string,
): Promise<readonly Finding[]> {
  const before = await alive(cell, probe);
  const { prefix, seen } = await send(cell, probe, SAMPLE, deps);
  const arrived = countById(await arrivalsOf(cell, prefix));
  const after = await alive(cell, probe);
  return [
    {
      phase,
      statement,
      ...judgeRefused(seen, arrived, cell.plan.profile.refusal, transportOf(probe)),
      expected: `rejected, or ${describeProbe(probe)} refused`,
    },
    serverAlive(phase, probe, before && after),
  ];
}

/** The object under test is stored. Once its marker shows, the mesh has taken it in as well; then it is judged. */
export async function judgeWithoutEffect(
  context: AssertionContext,
  phase: string,
  { staysRefused, marker }: SubmitExpectation,
  statement: string,
): Promise<readonly Finding[]> {
  if (staysRefused === undefined || marker === undefined)
    throw new RangeError(`${context.assertion.id}: rejected-or-ignored needs staysRefused and marker`);
  const shown = await markerShows(context, phase, marker);
  return shown.status === "held" ? [shown, ...(await staysClosed(context, phase, staysRefused, statement))] : [shown];
}
