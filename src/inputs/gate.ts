/** What makes the step pass or block, as far as the inputs themselves say. */
import { type FailOn, failOnModes, type GatePolicy, readMinimum } from "../domain/gate/gate-policy.ts";
import { isRunId } from "../domain/github/run-id.ts";
import type { InputReader } from "./reader.ts";

export interface GateInputs {
  readonly failOn: FailOn;
  readonly minimum: GatePolicy["minimum"];
  /** Ids of assertions and names of specs; whether they exist is not known here. */
  readonly require: readonly string[];
  /** Path of the file of known failures. */
  readonly allowFailures: string | undefined;
  /** Path of an earlier report, or of a folder that contains one. */
  readonly baseline: string | undefined;
  /** Id of the workflow run to take the baseline from instead. */
  readonly baselineRun: string | undefined;
  readonly baselineArtifact: string | undefined;
}

function readLeast(read: InputReader): GateInputs["minimum"] {
  const none = { all: null, perSpec: {} };
  const text = read.optional("minimum");
  if (text === undefined) return none;
  const minimum = readMinimum(text);
  if ("problem" in minimum) {
    read.note(
      "minimum",
      `"${text}": ${minimum.problem}`,
      'Give a percentage, or one for each spec, for example "90" or "traffic-access=100 traffic-split=80".',
    );
    return none;
  }
  if (read.optional("shard") !== undefined)
    read.note(
      "minimum",
      `"${text}" is given together with shard`,
      "A shard runs a part of the assertions, and the percentage is of all of them: leave out minimum or shard.",
    );
  return minimum.value;
}

/** @param hasToken whether a GitHub token was given. */
export function readGateInputs(read: InputReader, hasToken: boolean): GateInputs {
  const failOn = read.choice("fail-on", failOnModes);
  const baseline = read.optional("baseline");
  const baselineRun = read.optional("baseline-run");
  const baselineArtifact = read.optional("baseline-artifact");
  if (baseline !== undefined && baselineRun !== undefined)
    read.note("baseline-run", `"${baselineRun}" is given together with baseline`, "Give one of the two.");
  if (baselineRun !== undefined && !isRunId(baselineRun))
    read.note(
      "baseline-run",
      `"${baselineRun}" is not the id of a workflow run`,
      "Give the digits at the end of the run's address (…/actions/runs/DIGITS).",
    );
  if (baselineRun !== undefined && !hasToken)
    read.note(
      "baseline-run",
      `"${baselineRun}" is given, and token is empty`,
      "Give a token with the permission actions: read, or download the report and give its path as baseline.",
    );
  if (baselineArtifact !== undefined && baselineRun === undefined)
    read.note(
      "baseline-artifact",
      `"${baselineArtifact}" is given without baseline-run`,
      "Give the id of the run that has the artifact as baseline-run.",
    );
  if (failOn === "regression" && baseline === undefined && baselineRun === undefined)
    read.note(
      "fail-on",
      '"regression" is given without a baseline',
      "Give an earlier report as baseline, or the id of an earlier workflow run as baseline-run.",
    );
  return {
    failOn,
    minimum: readLeast(read),
    require: [...new Set(read.list("require"))],
    allowFailures: read.optional("allow-failures"),
    baseline,
    baselineRun,
    baselineArtifact,
  };
}
