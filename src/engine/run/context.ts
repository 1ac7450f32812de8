/** What the steps of a run share: the plan, the means, and what is known by now. */
import type { AssertionResult, ReportError } from "../../domain/report/report.ts";
import type { Served } from "../../domain/smi/served.ts";
import type { Cluster } from "../../ports.ts";
import type { FoundMesh } from "./found-mesh.ts";
import { createPhases, type Phases } from "./phases.ts";
import type { RunDeps, RunPlan } from "./plan.ts";

/** What a run has found out by now. A report is made of it whenever the run ends, and however. */
export interface RunRecord {
  /** Wall clock, ISO 8601 in UTC. */
  readonly startedAt: string;
  /** Clock time, in milliseconds. */
  readonly start: number;
  /** Undefined until it was reached. */
  cluster: Cluster | undefined;
  /** Version of the API server. */
  kubernetes: string | null;
  /** Image of the sample application. */
  appImage: string | null;
  mesh: FoundMesh;
  served: Served;
  /** In the order in which they came. */
  readonly results: AssertionResult[];
  cellsReadyMs: number | null;
  verdictsMs: number | null;
  error: ReportError | undefined;
  /** Files of the run below the report folder; those of an assertion are in its result. */
  evidence: readonly string[];
}

export interface RunContext {
  readonly plan: RunPlan;
  readonly deps: RunDeps;
  readonly phases: Phases;
  readonly record: RunRecord;
}

export function startRun(plan: RunPlan, deps: RunDeps): RunContext {
  const { clock } = deps;
  const start = clock.now();
  const record: RunRecord = {
    startedAt: clock.timestamp(),
    start,
    cluster: undefined,
    kubernetes: null,
    appImage: plan.appImage ?? null,
    mesh: { version: null, images: [] },
    served: {},
    results: [],
    cellsReadyMs: null,
    verdictsMs: null,
    error: undefined,
    evidence: [],
  };
  return { plan, deps, record, phases: createPhases({ ...deps, start }) };
}
