/** Makes the changes of a phase, and reads back what was stored (stored-as-sent). */
import type { Phase } from "../../domain/assertion/assertion.ts";
import type { ApplyStep } from "../../domain/assertion/step.ts";
import { describeRef, type KubernetesObject, refOf } from "../../domain/kubernetes/object.ts";
import type { Finding } from "../../domain/measurement/finding.ts";
import { differences } from "../../domain/smi/field-diff.ts";
import { changeWorkload } from "./change-workload.ts";
import { type AssertionContext, forgetMade, noteMade, refFor, renderFor } from "./context.ts";
import { storedAsSent } from "./controls.ts";

/** The fields that carry meaning: metadata is the server's business. */
export function bodyOf(object: KubernetesObject): Record<string, unknown> {
  const { apiVersion: _a, kind: _k, metadata: _m, status: _s, ...body } = object;
  return body;
}

export interface ChangeResult {
  readonly findings: readonly Finding[];
  /** Everything is there as it was written. Otherwise there is nothing to measure: the findings say why. */
  readonly isMade: boolean;
}

async function applyAll(context: AssertionContext, phase: Phase, step: ApplyStep): Promise<ChangeResult> {
  const findings: Finding[] = [];
  for (const resource of step.apply) {
    const object = renderFor(context, resource);
    const ref = refOf(object);
    const statement = `${describeRef(ref)} (${object.apiVersion}) is accepted`;
    const answer = await context.deps.cluster.apply(object);
    if (!answer.accepted) {
      const observed = `refused (${answer.status} ${answer.reason}): ${answer.message.slice(0, 300)}`;
      if (step.mayReject === true) {
        findings.push({ phase: phase.name, statement, status: "held", expected: "accepted or refused", observed });
        return { findings, isMade: false };
      }
      const control = phase.control === undefined ? {} : { control: phase.control };
      findings.push({ phase: phase.name, statement, status: "violated", expected: "accepted", observed, ...control });
      return { findings, isMade: false };
    }
    noteMade(context, object);
    const lost = differences(bodyOf(object), bodyOf(answer.stored));
    findings.push(storedAsSent(phase.name, ref, lost));
    if (lost.length > 0) return { findings, isMade: false };
  }
  return { findings, isMade: true };
}

/** Carries out the changes of a phase in the order in which they are written. One that is refused is the last. */
export async function makeChanges(context: AssertionContext, phase: Phase): Promise<ChangeResult> {
  const findings: Finding[] = [];
  for (const step of phase.changes) {
    if ("apply" in step) {
      const result = await applyAll(context, phase, step);
      findings.push(...result.findings);
      if (!result.isMade) return { findings, isMade: false };
    } else if ("remove" in step)
      for (const removal of step.remove) {
        const ref = refFor(context, removal);
        await context.deps.cluster.delete(ref);
        forgetMade(context, ref);
      }
    else await changeWorkload(context, step);
  }
  return { findings, isMade: true };
}
