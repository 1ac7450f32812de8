/** An object that was accepted with its fault must at least grant nothing, seen once the mesh is sure to have taken it in. */
import {
  describeProbe,
  type Marker,
  type Probe,
  type ProbeExpectation,
  transportOf,
} from "../../domain/assertion/expectation.ts";
import type { Finding } from "../../domain/measurement/finding.ts";
import { countById, judgeRefused } from "../../domain/measurement/judge-probes.ts";
import { describeTally } from "../../domain/measurement/outcome.ts";
import { isRefusal } from "../../domain/measurement/refusal.ts";
import { alive, arrivalsOf, SAMPLE, send } from "../probe/send.ts";
import { awaitChange } from "./await-propagation.ts";
import { type AssertionContext, noteMade, renderFor } from "./context.ts";

/** Probes that show whether the marker is there to be opened. */
const BEFORE = 5;

const expecting = (probe: Probe, is: ProbeExpectation["is"]): ProbeExpectation => ({ ...probe, is });

/** True once `probe` is as it should be; false when the deadline passed. */
async function inForce(context: AssertionContext, phase: string, probe: Probe, is: "ok" | "refused"): Promise<boolean> {
  const seen = await awaitChange(context, phase, [expecting(probe, is)], [], context.deps.clock.now());
  return seen.every((propagation) => propagation.inForce);
}

function control(phase: string, statement: string, held: boolean, observed: string): Finding {
  return {
    phase,
    control: "policy-flip",
    statement,
    status: held ? "held" : "unknown",
    expected: "seen to be in force",
    observed,
  };
}

async function judgeClosed(
  context: AssertionContext,
  phase: string,
  probe: Probe,
  statement: string,
): Promise<readonly Finding[]> {
  const before = await alive(context.cell, probe);
  const { prefix, seen } = await send(context.cell, probe, SAMPLE, context.deps);
  const arrived = countById([...(await arrivalsOf(context.cell, prefix)).values()].flat());
  const healthy = before && (await alive(context.cell, probe));
  return [
    {
      phase,
      statement,
      ...judgeRefused(seen, arrived, context.cell.plan.profile.refusal, transportOf(probe)),
      expected: `rejected, or ${describeProbe(probe)} refused`,
    },
    {
      phase,
      control: "server-alive",
      statement: `the server of ${describeProbe(probe)} is alive`,
      status: healthy ? "held" : "unknown",
      expected: "a live server",
      observed: `its health check on its own loopback ${healthy ? "passed before and after" : "failed"}`,
    },
  ];
}

/** Asked before the object is there: who is let in already tells nothing. */
export async function shutBefore(context: AssertionContext, phase: string, { probe }: Marker): Promise<Finding> {
  const { seen } = await send(context.cell, probe, BEFORE, context.deps);
  const { refusal } = context.cell.plan.profile;
  const shut = seen.every(({ outcome }) => isRefusal(refusal, transportOf(probe), outcome));
  return control(phase, `${describeProbe(probe)} is refused before its grant`, shut, describeTally(seen));
}

/** Asked once all is removed: the next object is told apart from this one by the same marker. */
export async function shutAgain(context: AssertionContext, phase: string, { probe }: Marker): Promise<Finding> {
  const shut = await inForce(context, phase, probe, "refused");
  return control(
    phase,
    `${describeProbe(probe)} is refused again`,
    shut,
    shut ? "in force" : "not within the deadline",
  );
}

/** The object under test is stored. What follows it shows when it has been taken in as well; then it is judged. */
export async function judgeInert(
  context: AssertionContext,
  phase: string,
  staysRefused: Probe,
  marker: Marker,
  statement: string,
): Promise<readonly Finding[]> {
  const shown = `${describeProbe(marker.probe)} is granted`;
  for (const resource of marker.apply) {
    const object = renderFor(context, resource);
    const answer = await context.deps.cluster.apply(object);
    if (!answer.accepted)
      return [control(phase, shown, false, `the API server refuses it: ${answer.message.slice(0, 200)}`)];
    noteMade(context, object);
  }
  const granted = await inForce(context, phase, marker.probe, "ok");
  const finding = control(phase, shown, granted, granted ? "in force" : "not within the deadline");
  return granted ? [finding, ...(await judgeClosed(context, phase, staysRefused, statement))] : [finding];
}
