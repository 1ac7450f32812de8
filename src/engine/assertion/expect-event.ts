/** Expectations about events: what a mesh says of an object that it cannot follow. */
import type { EventExpectation } from "../../domain/assertion/expectation.ts";
import { describeRef, type ObjectRef } from "../../domain/kubernetes/object.ts";
import type { Finding } from "../../domain/measurement/finding.ts";
import { converge, DeadlineError } from "../convergence.ts";
import { type AssertionContext, refFor } from "./context.ts";

interface EventFields {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject?: { readonly kind?: string; readonly name?: string };
}

/** Events lie in the namespace of the object that they are about. */
async function warningsAbout({ deps }: AssertionContext, { kind, name, namespace }: ObjectRef) {
  const query = { apiVersion: "v1", kind: "Event", ...(namespace !== undefined && { namespace }) };
  const events = (await deps.cluster.list(query)) as unknown as readonly EventFields[];
  return events.filter(
    ({ type, involvedObject }) => type === "Warning" && involvedObject?.kind === kind && involvedObject.name === name,
  );
}

/** Those that have come within the mesh's propagation deadline: events come on their own time. */
async function awaitWarnings(context: AssertionContext, ref: ObjectRef): Promise<readonly EventFields[]> {
  const { clock, signal } = context.deps;
  try {
    const { value } = await converge({
      name: `a Warning event about ${describeRef(ref)}`,
      deadlineMs: context.deadlineMs,
      intervalMs: 100,
      clock,
      ...(signal && { signal }),
      observe: () => warningsAbout(context, ref),
      done: (seen) => seen.length > 0,
    });
    return value;
  } catch (error) {
    if (error instanceof DeadlineError) return [];
    throw error;
  }
}

/** One that must be there is awaited; absence is read as it stands, since the change is in force by then. */
export async function expectEvent(
  context: AssertionContext,
  phase: string,
  e: EventExpectation,
): Promise<readonly Finding[]> {
  const ref = refFor(context, e.event);
  const warnings = e.is === "absent" ? await warningsAbout(context, ref) : await awaitWarnings(context, ref);
  const said = warnings.map(({ reason, message }) => `${reason}: ${message}`).join("; ");
  return [
    {
      phase,
      statement: `a Warning event about ${ref.kind} ${ref.name} is ${e.is}`,
      status: warnings.length > 0 === (e.is === "present") ? "held" : "violated",
      expected: e.is,
      observed: said.slice(0, 300) || "none",
    },
  ];
}
