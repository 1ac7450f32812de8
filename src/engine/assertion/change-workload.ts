/** Changes the workloads themselves: how many pods they have, which ones, and under which account. */
import type { WorkloadChange } from "../../domain/assertion/step.ts";
import { describeRef } from "../../domain/kubernetes/object.ts";
import { InfrastructureError } from "../../errors.ts";
import { WORKLOAD_LABEL } from "../cell/manifest.ts";
import { gather } from "../cell/members.ts";
import type { AssertionContext } from "./context.ts";

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

/** Makes one change, and waits until the workload's pods are as it asks. */
export async function changeWorkload(context: AssertionContext, step: WorkloadChange): Promise<void> {
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
