/** Assertions about events: what a mesh tells of an object that it cannot follow. */
import type { EventExpectation } from "../../domain/assertion/expectation.ts";
import type { Finding } from "../../domain/measurement/finding.ts";
import { converge, DeadlineError } from "../convergence.ts";
import type { AssertionContext } from "./context.ts";

interface EventFields {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject?: { readonly kind?: string; readonly name?: string };
}

async function warningsAbout(context: AssertionContext, split: string): Promise<readonly EventFields[]> {
  const namespace = Object.values(context.cell.bindings.namespaces)[0] ?? "";
  const events = (await context.deps.cluster.list({
    apiVersion: "v1",
    kind: "Event",
    namespace,
  })) as unknown as readonly EventFields[];
  return events.filter(
    ({ type, involvedObject }) =>
      type === "Warning" && involvedObject?.kind === "TrafficSplit" && involvedObject.name === split,
  );
}

/**
 * A Warning event about the object. Events come on their own time: one that must be there is awaited until the mesh's
 * propagation deadline, and absence is read once the change is in force.
 */
export async function judgeEvent(context: AssertionContext, phase: string, e: EventExpectation): Promise<Finding> {
  const { trafficSplit } = e.event;
  const look = () => warningsAbout(context, trafficSplit);
  const about =
    e.is === "absent"
      ? await look()
      : await converge({
          name: `a Warning event about TrafficSplit ${trafficSplit}`,
          deadlineMs: context.deadlineMs,
          intervalMs: 100,
          clock: context.deps.clock,
          ...(context.deps.signal && { signal: context.deps.signal }),
          observe: look,
          done: (seen) => seen.length > 0,
        }).then(
          ({ value }) => value,
          (error: unknown): readonly EventFields[] => {
            if (error instanceof DeadlineError) return [];
            throw error;
          },
        );
  return {
    phase,
    statement: `a Warning event about TrafficSplit ${trafficSplit} is ${e.is}`,
    status: about.length > 0 === (e.is === "present") ? "held" : "violated",
    expected: e.is,
    observed:
      about
        .map(({ reason, message }) => `${reason}: ${message}`)
        .join("; ")
        .slice(0, 300) || "none",
  };
}
