/** Findings that protect the reading of others: where one does not hold, the assertion is INCONCLUSIVE. */
import type { ControlName } from "../../domain/assertion/controls.ts";
import { describeProbe, type Probe } from "../../domain/assertion/expectation.ts";
import { describeRef, type ObjectRef } from "../../domain/kubernetes/object.ts";
import type { Finding } from "../../domain/measurement/finding.ts";
import { describeTally, type Seen } from "../../domain/measurement/outcome.ts";
import { countArrivalsThroughDataPlane } from "../probe/data-plane.ts";
import type { NotedArrival } from "../probe/send.ts";
import type { AssertionContext, JudgedProbes } from "./context.ts";
import { type ExpectedChange, isSeen, isVisible } from "./expected-change.ts";

type Named = { readonly control?: ControlName | undefined };

/** The control that an expectation is written to be, for its findings. */
export const controlOf = ({ control }: Named): { readonly control?: ControlName } =>
  control === undefined ? {} : { control };

/** What is measured is what was written. `lost`: paths that were not stored as they were sent. */
export function storedAsSent(phase: string, ref: ObjectRef, lost: readonly string[]): Finding {
  return {
    phase,
    control: "stored-as-sent",
    statement: `${describeRef(ref)} is stored as it was sent`,
    status: lost.length === 0 ? "held" : "violated",
    expected: "every field sent",
    observed: lost.length === 0 ? "every field sent" : `changed or missing: ${lost.join(", ")}`,
  };
}

/** A refusal was not that of a dead server. `alive`: its own health check passed before and after. */
export function serverAlive(phase: string, probe: Probe, alive: boolean): Finding {
  return {
    phase,
    control: "server-alive",
    statement: `the server of ${describeProbe(probe)} is alive`,
    status: alive ? "held" : "unknown",
    expected: "its health check on its own loopback passes before and after",
    observed: alive ? "passed before and after" : "failed",
  };
}

/** What the clients saw and what the servers logged is the same, request by request. */
function arrivalsAgree(phase: string, measured: readonly JudgedProbes[]): Finding {
  const isAnswered = ({ outcome }: Seen) => outcome === "OK" || outcome === "APP_ERROR";
  const seen = measured.flatMap((one) => one.seen);
  const odd = measured.flatMap(({ seen: probes, arrived }) =>
    probes.filter((one) => isAnswered(one) !== (arrived.get(one.id) ?? 0) > 0),
  );
  const unlogged = odd.filter(isAnswered).length;
  return {
    phase,
    control: "arrivals-agree",
    statement: "the servers logged the requests that were answered, and no others",
    status: odd.length === 0 ? "held" : "unknown",
    expected: "each request answered and logged, or neither",
    observed:
      odd.length === 0
        ? `${seen.filter(isAnswered).length} of ${seen.length} requests answered and logged`
        : `${unlogged} answered and not logged, ${odd.length - unlogged} logged and not answered`,
  };
}

/** A mesh that lets everything through would not have met what was expected. */
function siblingRefused(phase: string, denied: readonly JudgedProbes[]): Finding {
  const refused = denied.filter(({ isRefused }) => isRefused).length;
  return {
    phase,
    control: "sibling-refused",
    statement: "a denied probe is refused, so a mesh that allows everything would not pass",
    status: refused > 0 ? "held" : "unknown",
    expected: `at least one of ${denied.length} refused every time`,
    observed: `${refused} refused every time: ${describeTally(denied.flatMap(({ seen }) => seen))}`,
  };
}

/** Controls over all probes of an assertion that were judged, whatever its phases came to. */
export function probeControls({ measured }: AssertionContext, phase: string): readonly Finding[] {
  if (measured.length === 0) return [];
  const denied = measured.filter(({ is }) => is === "refused");
  return [arrivalsAgree(phase, measured), ...(denied.length === 0 ? [] : [siblingRefused(phase, denied)])];
}

/** The mesh was in the way that these arrivals took. `what`: the statement of the expectation. */
export async function dataPlane(
  context: AssertionContext,
  phase: string,
  what: string,
  arrivals: readonly NotedArrival[],
): Promise<Finding> {
  const proven = await countArrivalsThroughDataPlane(arrivals, context.cell, context.deps);
  const peers = [...new Set(arrivals.map(({ peer }) => peer))].slice(0, 3).join(", ");
  return {
    phase,
    control: "data-plane",
    statement: `${what}, through the mesh's data plane`,
    status: arrivals.length > 0 && proven === arrivals.length ? "held" : "unknown",
    expected: "every arrival came through the data plane",
    observed: `${proven} of ${arrivals.length} arrivals did (peers: ${peers || "none"})`,
  };
}

/** Something shows when a change is in force: without it, what is measured may still be the state before. */
export function changeVisible(phase: string, expected: ExpectedChange): Finding {
  const { flips, shifts } = expected;
  const visible = isVisible(expected);
  const all = "every probe already met its expected outcome, and every sample its shares, before the change";
  return {
    phase,
    control: "policy-flip",
    statement: "the change shows in what is probed",
    status: visible ? "held" : "unknown",
    expected: "at least one outcome or share that it changes",
    observed: visible
      ? `outcomes of ${flips.length} probes and shares of ${shifts.filter(isSeen).length} samples`
      : all,
  };
}

/** Controls that the assertion lists and that nothing in its run carried out. */
export function controlsLeftOut(context: AssertionContext, phase: string, findings: readonly Finding[]) {
  const carriedOut = new Set(findings.map(({ control }) => control));
  return context.assertion.controls
    .filter((control) => !carriedOut.has(control))
    .map(
      (control): Finding => ({
        phase,
        control,
        statement: `control ${control} is carried out`,
        status: "unknown",
        expected: "at least one finding of it",
        observed: "none",
      }),
    );
}
