/** Makes the changes of a phase, and reads back what was stored (stored-as-sent). */
import type { Change, Phase } from "../../domain/assertion/assertion.ts";
import { describeRef, type KubernetesObject, refOf } from "../../domain/kubernetes/object.ts";
import type { Finding } from "../../domain/measurement/finding.ts";
import { differences } from "../../domain/smi/field-diff.ts";
import { InfrastructureError } from "../../errors.ts";
import { gather } from "../cell/cell.ts";
import { WORKLOAD_LABEL } from "../cell/manifest.ts";
import { forgetMade, noteMade, type Row, refFor, renderFor } from "./context.ts";

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

async function applyAll(row: Row, phase: Phase): Promise<ChangeResult> {
  const findings: Finding[] = [];
  for (const resource of phase.apply ?? []) {
    const object = renderFor(row, resource);
    const ref = refOf(object);
    const statement = `${describeRef(ref)} (${object.apiVersion}) is accepted`;
    const answer = await row.deps.cluster.apply(object);
    if (!answer.accepted) {
      const observed = `refused (${answer.status} ${answer.reason}): ${answer.message.slice(0, 300)}`;
      if (phase.mayReject === true) {
        findings.push({ phase: phase.name, statement, status: "held", expected: "accepted or refused", observed });
        return { findings, refused: true, broken: false };
      }
      const control = phase.control === undefined ? {} : { control: phase.control };
      findings.push({ phase: phase.name, statement, status: "violated", expected: "accepted", observed, ...control });
      return { findings, refused: false, broken: true };
    }
    noteMade(row, object);
    const lost = differences(bodyOf(object), bodyOf(answer.stored));
    if (lost.length > 0) {
      findings.push({
        phase: phase.name,
        control: "stored-as-sent",
        statement: `${describeRef(ref)} is stored as it was sent`,
        status: "violated",
        expected: "every field sent",
        observed: `changed or missing: ${lost.join(", ")}`,
      });
      return { findings, refused: false, broken: true };
    }
  }
  return { findings, refused: false, broken: false };
}

async function patchDeployment(
  row: Row,
  workload: string,
  change: (spec: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> {
  const namespace = row.cell.bindings.namespaces[row.cell.bindings.accounts[workload]?.in ?? ""] ?? "";
  const ref = { apiVersion: "apps/v1", kind: "Deployment", name: workload, namespace };
  const stored = await row.deps.cluster.get(ref);
  if (stored === undefined)
    throw new InfrastructureError(
      "cell-not-ready",
      `${describeRef(ref)} is gone`,
      "Something else on this cluster deletes the run's objects.",
    );
  const answer = await row.deps.cluster.apply({
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

async function changeWorkload(row: Row, change: Change): Promise<void> {
  if ("scale" in change) {
    await patchDeployment(row, change.scale, (spec) => ({ ...spec, replicas: change.replicas }));
    await gather(row.cell, change.scale, change.replicas, row.deps);
    return;
  }
  if ("restart" in change) {
    const old = row.cell.members.get(change.restart) ?? [];
    const namespace = row.cell.bindings.namespaces[row.cell.bindings.accounts[change.restart]?.in ?? ""] ?? "";
    for (const { pod } of old)
      await row.deps.cluster.delete({ apiVersion: "v1", kind: "Pod", name: pod, namespace }, { graceSeconds: 1 });
    await gather(
      row.cell,
      change.restart,
      old.length,
      row.deps,
      old.map(({ pod }) => pod),
    );
    return;
  }
  const before = row.cell.members.get(change.workload) ?? [];
  await patchDeployment(row, change.workload, (spec) => {
    const template = spec.template as { metadata: unknown; spec: Record<string, unknown> };
    return { ...spec, template: { ...template, spec: { ...template.spec, serviceAccountName: change.account } } };
  });
  await gather(
    row.cell,
    change.workload,
    before.length,
    row.deps,
    before.map(({ pod }) => pod),
  );
}

/** Changes of workloads first, then removals, then what is applied, each as one change set. */
export async function makeChanges(row: Row, phase: Phase): Promise<ChangeResult> {
  for (const change of phase.change ?? []) await changeWorkload(row, change);
  for (const removal of phase.remove ?? []) {
    const ref = refFor(row, removal);
    await row.deps.cluster.delete(ref);
    forgetMade(row, ref);
  }
  return applyAll(row, phase);
}
