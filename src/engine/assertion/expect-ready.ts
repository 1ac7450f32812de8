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

async function judge(
  context: AssertionContext,
  phase: string,
  { ready: workload, is }: ReadyExpectation,
  lapsed: readonly KubernetesObject[],
): Promise<Finding> {
  const wanted = context.cell.members.get(workload)?.length ?? 0;
  const pods = ((await watchOf(context, workload)?.pods()) ?? []).filter(isOf(workload)).filter((p) => !isLeaving(p));
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
    expected: is === "recorded" ? "either" : `${wanted} Ready, none of them interrupted`,
    observed: faults.length === 0 ? `${wanted} Ready throughout` : faults.join("; "),
  };
}

export async function expectReady(
  context: AssertionContext,
  phase: string,
  expectations: readonly ReadyExpectation[],
): Promise<Measurement> {
  // The watch has to run before it can tell of a lapse; what it noted up to now is not of this phase.
  const begun = await Promise.all(
    expectations.map(async (e) => {
      const watch = watchOf(context, e.ready);
      await watch?.pods();
      return { e, watch, already: watch?.lapses().length ?? 0 };
    }),
  );
  return {
    before: [],
    measure: () =>
      Promise.all(
        begun.map(({ e, watch, already }) =>
          judge(context, phase, e, (watch?.lapses().slice(already) ?? []).filter(isOf(e.ready))),
        ),
      ),
  };
}
