/** Makes the changes of a phase, and reads back what was stored (stored-as-sent). */
import type { Phase } from "../../domain/assertion/assertion.ts";
import type { ApplyStep, WorkloadChange } from "../../domain/assertion/step.ts";
import { describeRef, type KubernetesObject, refOf } from "../../domain/kubernetes/object.ts";
import type { Finding } from "../../domain/measurement/finding.ts";
import { differences } from "../../domain/smi/field-diff.ts";
import { InfrastructureError } from "../../errors.ts";
import { WORKLOAD_LABEL } from "../cell/manifest.ts";
import { gather } from "../cell/members.ts";
import { type AssertionContext, forgetMade, noteMade, refFor, renderFor } from "./context.ts";
import { storedAsSent } from "./controls.ts";

/** The fields that carry meaning: metadata is the server's business. */
export function bodyOf(object: KubernetesObject): Record<string, unknown> {
  const { apiVersion: _a, kind: _k, metadata: _m, status: _s, ...body } = object;
  return body;
}

export interface ChangeResult {
  readonly findings: readonly Finding[];
  /** A resource was refused although the phase allows it: nothing is left to measure. */
  readonly refused: boolean;
  /** What was asked for did not come about, so measuring it would mean nothing. */
  readonly broken: boolean;
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
        return { findings, refused: true, broken: false };
      }
      const control = phase.control === undefined ? {} : { control: phase.control };
      findings.push({ phase: phase.name, statement, status: "violated", expected: "accepted", observed, ...control });
      return { findings, refused: false, broken: true };
    }
    noteMade(context, object);
    const lost = differences(bodyOf(object), bodyOf(answer.stored));
    findings.push(storedAsSent(phase.name, ref, lost));
    if (lost.length > 0) return { findings, refused: false, broken: true };
  }
  return { findings, refused: false, broken: false };
}

async function patchDeployment(
  context: AssertionContext,
  workload: string,
  change: (spec: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> {
  const namespace = context.cell.bindings.namespaces[context.cell.bindings.accounts[workload]?.in ?? ""] ?? "";
  const ref = { apiVersion: "apps/v1", kind: "Deployment", name: workload, namespace };
  const stored = await context.deps.cluster.get(ref);
  if (stored === undefined)
    throw new InfrastructureError(
      "cell-not-ready",
      `${describeRef(ref)} is gone`,
      "Something else on this cluster deletes the run's objects.",
    );
  const answer = await context.deps.cluster.apply({
    apiVersion: ref.apiVersion,
    kind: ref.kind,
    metadata: { name: workload, namespace, labels: { [WORKLOAD_LABEL]: workload } },
    spec: change(stored.spec as Record<string, unknown>),
  });
  if (!answer.accepted)
    throw new InfrastructureError(
      "cell-not-ready",
      `${describeRef(ref)} could not be changed: ${answer.message}`,
      "Check what admission webhooks of this cluster refuse.",
    );
}

async function changeWorkload(context: AssertionContext, step: WorkloadChange): Promise<void> {
  if ("scale" in step) {
    const { workload, replicas } = step.scale;
    await patchDeployment(context, workload, (spec) => ({ ...spec, replicas }));
    await gather(context.cell, workload, replicas, context.deps);
    return;
  }
  const { workload } = "restart" in step ? step.restart : step.setAccount;
  const old = context.cell.members.get(workload) ?? [];
  if ("restart" in step) {
    const namespace = context.cell.bindings.namespaces[context.cell.bindings.accounts[workload]?.in ?? ""] ?? "";
    for (const { pod } of old)
      await context.deps.cluster.delete({ apiVersion: "v1", kind: "Pod", name: pod, namespace }, { graceSeconds: 1 });
  } else {
    const { account } = step.setAccount;
    await patchDeployment(context, workload, (spec) => {
      const template = spec.template as { metadata: unknown; spec: Record<string, unknown> };
      return { ...spec, template: { ...template, spec: { ...template.spec, serviceAccountName: account } } };
    });
  }
  const gone = old.map(({ pod }) => pod);
  await gather(context.cell, workload, old.length, context.deps, gone);
}

/** Carries out the changes of a phase in the order in which they are written. One that is refused is the last. */
export async function makeChanges(context: AssertionContext, phase: Phase): Promise<ChangeResult> {
  const findings: Finding[] = [];
  for (const step of phase.changes) {
    if ("apply" in step) {
      const result = await applyAll(context, phase, step);
      findings.push(...result.findings);
      if (result.refused || result.broken) return { ...result, findings };
    } else if ("remove" in step)
      for (const removal of step.remove) {
        const ref = refFor(context, removal);
        await context.deps.cluster.delete(ref);
        forgetMade(context, ref);
      }
    else await changeWorkload(context, step);
  }
  return { findings, refused: false, broken: false };
}
