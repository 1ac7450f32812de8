/** Expectations about pods: that all of a workload are Ready, and that none stops being so during the phase. */
import type { ReadyExpectation } from "../../domain/assertion/expectation.ts";
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import type { Finding } from "../../domain/measurement/finding.ts";
import { WORKLOAD_LABEL } from "../cell/manifest.ts";
import { isLeaving, isReady } from "../cell/pod-watch.ts";
import type { AssertionContext } from "./context.ts";
import type { Measurement } from "./executor.ts";

function watchOf({ cell }: AssertionContext, workload: string) {
  return cell.pods.get(cell.bindings.namespaces[cell.bindings.accounts[workload]?.in ?? ""] ?? "");
}

const isOf = (workload: string) => (pod: KubernetesObject) => pod.metadata.labels?.[WORKLOAD_LABEL] === workload;
const namesOf = (pods: readonly KubernetesObject[]) => pods.map(({ metadata }) => metadata.name).join(", ");

/** `already`: lapses that the watch had noted before the phase. */
async function judge(
  context: AssertionContext,
  phase: string,
  { ready: workload, is }: ReadyExpectation,
  already: number,
): Promise<Finding> {
  const watch = watchOf(context, workload);
  const wanted = context.cell.members.get(workload)?.length ?? 0;
  // Before the lapses are read: where the watch broke off, looking at the pods makes it catch up.
  const there = (await watch?.pods()) ?? [];
  const pods = there.filter(isOf(workload)).filter((pod) => !isLeaving(pod));
  const lapsed = (watch?.lapses().slice(already) ?? []).filter(isOf(workload));
  const unready = pods.filter((pod) => !isReady(pod));
  const faults = [
    ...(pods.length === wanted ? [] : [`${pods.length} of ${wanted} pods are there`]),
    ...(unready.length === 0 ? [] : [`not Ready: ${namesOf(unready)}`]),
    ...(lapsed.length === 0 ? [] : [`stopped being Ready: ${namesOf(lapsed)}`]),
  ];
  return {
    phase,
    statement: `every pod of ${workload} stays Ready`,
    status: faults.length === 0 ? "held" : "violated",
    ...(is === "recorded" && { recorded: true }),
    expected: is === "recorded" ? "any state" : `${wanted} Ready, none of them interrupted`,
    observed: faults.length === 0 ? `${wanted} Ready throughout` : faults.join("; "),
  };
}

export async function expectReady(
  context: AssertionContext,
  phase: string,
  expectations: readonly ReadyExpectation[],
): Promise<Measurement> {
  // The watch has to run before it can tell of a lapse.
  const begun = await Promise.all(
    expectations.map(async (e) => {
      const watch = watchOf(context, e.ready);
      await watch?.pods();
      return { e, already: watch?.lapses().length ?? 0 };
    }),
  );
  return {
    before: [],
    measure: () => Promise.all(begun.map(({ e, already }) => judge(context, phase, e, already))),
  };
}
