/** As much of GitHub's `gh` as workflows here use: `gh run list`, of the runs that RUNS names in the JSON of `gh` itself. */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

/** A run as `gh run list --json` has it, and the file of its workflow. */
export interface GhRun {
  readonly workflow: string;
  readonly databaseId: number;
  readonly attempt: number;
  readonly headBranch: string;
  /** `completed`, or how far it is. */
  readonly status: string;
  /** How it ended; empty before. */
  readonly conclusion: string;
}

const { GH_TOKEN = "", GH_REPO = "", RUNS = "[]" } = process.env;
if (GH_TOKEN === "" || GH_REPO === "")
  throw new Error("gh needs GH_TOKEN and GH_REPO where there is no checkout to ask");

const [first, second, ...args] = process.argv.slice(2);
if (`${first} ${second}` !== "run list") throw new Error(`gh ${first} ${second} is not played`);
const { values } = parseArgs({
  args,
  options: {
    ...{ workflow: { type: "string" }, branch: { type: "string" }, status: { type: "string" } },
    ...{ limit: { type: "string", default: "20" }, json: { type: "string" }, jq: { type: "string" } },
  },
});
const { workflow, branch, status, limit, json, jq } = values;
if (json === undefined || jq === undefined) throw new Error("gh without --json and --jq is not played");

// Newest first, as there.
const found = (JSON.parse(RUNS) as readonly GhRun[])
  .filter((run) => workflow === undefined || run.workflow === workflow)
  .filter((run) => branch === undefined || run.headBranch === branch)
  .filter((run) => status === undefined || run.status === status || run.conclusion === status)
  .slice(0, Number(limit))
  .map((run) =>
    Object.fromEntries(json.split(",").map((name) => [name, (run as unknown as Record<string, unknown>)[name]])),
  );
// Strings come out of its --jq bare.
const { status: code } = spawnSync("jq", ["--raw-output", jq], {
  input: JSON.stringify(found),
  stdio: ["pipe", "inherit", "inherit"],
});
process.exitCode = code ?? 1;
