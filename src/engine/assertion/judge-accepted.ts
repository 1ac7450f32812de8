/** What became of an object that was sent with or without a fault, and accepted. */
import { applicableVersions } from "../../domain/assertion/assertion.ts";
import type { SubmitExpectation } from "../../domain/assertion/expectation.ts";
import { describeRef, refOf } from "../../domain/kubernetes/object.ts";
import type { Finding } from "../../domain/measurement/finding.ts";
import { meaningLost } from "../../domain/smi/conversion.ts";
import { differences } from "../../domain/smi/field-diff.ts";
import { smiKinds } from "../../domain/smi/kinds.ts";
import { kindOf } from "../../domain/smi/render.ts";
import type { ServedVersion } from "../../domain/smi/served.ts";
import { bodyOf } from "./apply-changes.ts";
import { type AssertionContext, renderFor } from "./context.ts";
import { judgeWithoutEffect } from "./expect-no-effect.ts";

type Judged = Pick<Finding, "status" | "expected" | "observed">;

/** Leaves of the patch that asks for a fault, as paths below the body. */
function patchedPaths(patch: unknown, path = ""): readonly string[] {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch === null ? [] : [path];
  return Object.entries(patch).flatMap(([key, value]) => patchedPaths(value, path === "" ? key : `${path}.${key}`));
}

/** Paths of the object that are not there as they were sent. */
async function lostOf(context: AssertionContext, e: SubmitExpectation, version: ServedVersion) {
  const object = renderFor(context, e.submit, version);
  const stored = await context.deps.cluster.get(refOf(object));
  return stored === undefined ? ["the object"] : differences(bodyOf(object), bodyOf(stored));
}

function judgeStored(lost: readonly string[]): Judged {
  const isWhole = lost.length === 0;
  return {
    status: isWhole ? "held" : "violated",
    expected: "read back as it was sent",
    observed: isWhole ? "every field read back as sent" : `changed or missing: ${lost.join(", ")}`,
  };
}

function judgeRejected(lost: readonly string[]): Judged {
  const observed = lost.length === 0 ? "accepted" : `accepted, with ${lost.join(", ")} changed or missing`;
  return { status: "violated", expected: "rejected", observed };
}

function judgePruned(e: SubmitExpectation, lost: readonly string[]): Judged {
  const faults = patchedPaths(e.submit.patch).filter(
    (path) => !lost.some((l) => l === path || l.endsWith(`.${path}`) || path.startsWith(`${l}.`)),
  );
  return {
    status: faults.length === 0 ? "held" : "violated",
    expected: "rejected, or stored without the fault",
    observed: faults.length === 0 ? `pruned: ${lost.join(", ")}` : `stored with ${faults.join(", ")}`,
  };
}

/** Read in every other served version, the object must mean what was written. */
async function judgeConverted(
  context: AssertionContext,
  phase: string,
  e: SubmitExpectation,
  written: ServedVersion,
): Promise<readonly Finding[]> {
  const ref = refOf(renderFor(context, e.submit, written));
  const kind = kindOf(e.submit);
  const findings: Finding[] = [];
  for (const read of applicableVersions(context.assertion, context.deps.served, kind)) {
    if (read.name === written.name) continue;
    const stored = await context.deps.cluster.get({ ...ref, apiVersion: `${smiKinds[kind].group}/${read.name}` });
    const lost =
      stored === undefined
        ? ["the object"]
        : meaningLost(e.submit, written, read, context.cell.bindings, bodyOf(stored));
    // What the other version has no words for is judged by `stored`: it must be there again in the version that has.
    if (lost === undefined) continue;
    findings.push({
      phase,
      statement: `${describeRef(ref)}, written in ${written.name}, means the same in ${read.name}`,
      status: lost.length === 0 ? "held" : "violated",
      expected: "the same meaning",
      observed: lost.length === 0 ? "the same" : `changed or missing: ${lost.join(", ")}`,
    });
  }
  return findings;
}

/** `statement`: what the expectation says of the object, for the findings. */
export async function judgeAccepted(
  context: AssertionContext,
  phase: string,
  e: SubmitExpectation,
  version: ServedVersion,
  statement: string,
): Promise<readonly Finding[]> {
  switch (e.is) {
    case "stored":
      return [{ phase, statement, ...judgeStored(await lostOf(context, e, version)) }];
    case "rejected":
      return [{ phase, statement, ...judgeRejected(await lostOf(context, e, version)) }];
    case "rejected-or-pruned":
      return [{ phase, statement, ...judgePruned(e, await lostOf(context, e, version)) }];
    case "rejected-or-ignored":
      return judgeWithoutEffect(context, phase, e, statement);
    case "converted":
      return judgeConverted(context, phase, e, version);
  }
}
