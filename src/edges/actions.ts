/** The runner's side of a GitHub Action: log, inputs, outputs, summary, state. */
import * as core from "@actions/core";
import type { Log } from "../ports.ts";

/** Keys of what main leaves for post. */
const STATE = { started: "started", cluster: "cluster", kind: "kind", keep: "keep" } as const;

export interface SavedState {
  /** Name of the cluster that main made or was making; empty for none. */
  readonly cluster: string;
  /** Path of the kind program. */
  readonly kind: string;
  readonly keep: boolean;
}

/** What programs print is shown, not obeyed: the runner takes a line that begins with `::` or `##[` for a command. */
const inert = (line: string) => line.replace(/^(\s*)(::|##\[)/gm, "$1\u200b$2");

export const actionsLog: Log = {
  info: (line) => core.info(inert(line)),
  warn: (line) => core.warning(line),
  debug: (line) => core.debug(line),
  group: (title) => core.startGroup(inert(title)),
  endGroup: () => core.endGroup(),
  mask: (secret) => core.setSecret(secret),
};

export function readInputs<Name extends string>(names: readonly Name[]): Partial<Record<Name, string>> {
  return Object.fromEntries(names.map((name) => [name, core.getInput(name)])) as Partial<Record<Name, string>>;
}

export function writeOutputs(outputs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
}

/** Appended to the summary file; outside of a runner there is none. */
export async function writeSummary(markdown: string): Promise<void> {
  if (process.env.GITHUB_STEP_SUMMARY === undefined) return;
  await core.summary.addRaw(markdown, true).write();
}

/** Written before the cluster is made, so that post knows of one whose making was cut short. */
export function saveState(state: SavedState): void {
  core.saveState(STATE.started, "true");
  core.saveState(STATE.cluster, state.cluster);
  core.saveState(STATE.kind, state.kind);
  core.saveState(STATE.keep, String(state.keep));
}

/** Undefined where main never got as far as `saveState`. */
export function readState(): SavedState | undefined {
  if (core.getState(STATE.started) !== "true") return undefined;
  return {
    cluster: core.getState(STATE.cluster),
    kind: core.getState(STATE.kind),
    keep: core.getState(STATE.keep) === "true",
  };
}

export function fail(message: string): void {
  core.setFailed(message);
}

/** Link to the workflow run; null outside of a workflow. */
export function workflowUrl(env: NodeJS.ProcessEnv): string | null {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = env;
  return server && repository && id ? `${server}/${repository}/actions/runs/${id}` : null;
}
