/** What a run is gated on, read and checked before anything is created; and the decision, once there is a report. */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { allowedFailuresSchema } from "./domain/allowed-failures.ts";
import { type Baseline, readBaseline } from "./domain/baseline.ts";
import { decideGate } from "./domain/gate.ts";
import type { Gate, GatePolicy } from "./domain/gate-policy.ts";
import type { ConformanceReport } from "./domain/report.ts";
import { readYaml } from "./edges/yaml-files.ts";
import { ConfigurationError } from "./errors.ts";
import type { GateInputs } from "./inputs.ts";

/** An earlier report as it was stored, and where it is from. */
export interface StoredReport {
  readonly text: string;
  readonly source: string;
}

export interface Gating {
  readonly policy: GatePolicy;
  readonly baseline: Baseline | undefined;
}

const REPORT = "report.json";

/** @throws ConfigurationError for a path that leads to no report */
async function storedAt(path: string): Promise<StoredReport> {
  try {
    const file = (await stat(path)).isDirectory() ? join(path, REPORT) : path;
    return { text: await readFile(file, "utf8"), source: file };
  } catch (cause) {
    throw new ConfigurationError(
      "baseline",
      `"${path}" cannot be read (${(cause as NodeJS.ErrnoException).code})`,
      `Give the path of a report (${REPORT}), or of a folder that holds one.`,
      { cause },
    );
  }
}

function baselineFrom(input: "baseline" | "baseline-run", { text, source }: StoredReport): Baseline {
  const read = readBaseline(text);
  if ("problem" in read)
    throw new ConfigurationError(input, `"${source}" ${read.problem}`, "Give a report.json that this action wrote.");
  return { report: read.report, sha256: createHash("sha256").update(text).digest("hex"), source };
}

/** @throws ConfigurationError for a known failure of a row that does not exist, and a file that is not what it should be */
async function readAllowed(path: string, ids: ReadonlySet<string>): Promise<GatePolicy["allowed"]> {
  const { value, fault } = await readYaml("allow-failures", path, path, allowedFailuresSchema);
  const unknown = value.findIndex(({ id }) => !ids.has(id));
  if (unknown >= 0) throw fault([unknown, "id"], `there is no assertion "${value[unknown]?.id}"`);
  return value;
}

/**
 * @param ids of all assertions there are, whatever is selected.
 * @param required the part of `require` that is this run's.
 * @param mesh name of the mesh's profile.
 * @param fetchRun gets the report of an earlier workflow run.
 * @throws ConfigurationError
 */
export async function readGating(
  inputs: GateInputs,
  ids: ReadonlySet<string>,
  required: readonly string[],
  mesh: string,
  fetchRun?: (runId: string) => Promise<StoredReport>,
): Promise<Gating> {
  const { failOn, minimum, allowFailures, baseline: path, baselineRun } = inputs;
  if (baselineRun !== undefined && fetchRun === undefined)
    throw new ConfigurationError(
      "baseline-run",
      `"${baselineRun}" is given outside of a workflow`,
      "Download that run's artifact and give the path of its report as baseline.",
    );
  const baseline =
    path !== undefined
      ? comparable("baseline", baselineFrom("baseline", await storedAt(path)), mesh)
      : baselineRun !== undefined && fetchRun !== undefined
        ? comparable("baseline-run", baselineFrom("baseline-run", await fetchRun(baselineRun)), mesh)
        : undefined;
  const allowed = allowFailures === undefined ? [] : await readAllowed(allowFailures, ids);
  return {
    policy: { failOn, minimum, require: [...required], allowed, regression: baseline !== undefined },
    baseline,
  };
}

/** Another mesh's report would block at the end of a whole run. */
function comparable(input: "baseline" | "baseline-run", baseline: Baseline, mesh: string): Baseline {
  const { name, title } = baseline.report.mesh;
  if (name !== mesh)
    throw new ConfigurationError(
      input,
      `"${baseline.source}" is a report of ${title}, and this run is of ${mesh}`,
      "Give a report of the same mesh.",
    );
  return baseline;
}

export type GatedReport = ConformanceReport & { readonly gate: Gate };

/** The report with its decision in it. Known failures expire by the day the run began, which the report holds. */
export function gated(report: ConformanceReport, { policy, baseline }: Gating): GatedReport {
  return { ...report, gate: decideGate({ report, policy, baseline, today: report.startedAt.slice(0, 10) }) };
}
