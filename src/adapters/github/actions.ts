/** The runner's side of a GitHub Action: log, inputs, outputs, summary, state. */
import * as core from "@actions/core";
import type { Log } from "../../ports.ts";

/** Keys of what main leaves for post. */
const STATE = { cluster: "cluster", kind: "kind", keep: "keep", status: "status", artifact: "artifact" } as const;

/** The cluster that main made or was making. */
export interface ClusterState {
  readonly name: string;
  /** Path of the kind program. */
  readonly kind: string;
  readonly keep: boolean;
}

/** A commit status that main set to pending and has not ended. */
export interface StatusState {
  readonly repository: string;
  readonly apiUrl: string;
  readonly sha: string;
  readonly context: string;
  readonly targetUrl: string;
  readonly title: string;
  readonly version: string;
}

/** A report folder that main has not uploaded. */
export interface ArtifactState {
  readonly name: string;
  readonly folder: string;
  readonly retentionDays: number | null;
  readonly runUrl: string;
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
export function saveCluster({ name, kind, keep }: ClusterState): void {
  core.saveState(STATE.cluster, name);
  core.saveState(STATE.kind, kind);
  core.saveState(STATE.keep, String(keep));
}

/** What post has to end; undefined once it has ended. The last one counts. */
export function saveStatus(state: StatusState | undefined): void {
  core.saveState(STATE.status, state === undefined ? "" : JSON.stringify(state));
}

export function saveArtifact(state: ArtifactState | undefined): void {
  core.saveState(STATE.artifact, state === undefined ? "" : JSON.stringify(state));
}

const parsed = <T>(text: string): T | undefined => (text === "" ? undefined : (JSON.parse(text) as T));

/** What main left behind; each is undefined where there is nothing to do. */
export function readState(): {
  readonly cluster: ClusterState | undefined;
  readonly status: StatusState | undefined;
  readonly artifact: ArtifactState | undefined;
} {
  const name = core.getState(STATE.cluster);
  return {
    cluster:
      name === "" ? undefined : { name, kind: core.getState(STATE.kind), keep: core.getState(STATE.keep) === "true" },
    status: parsed(core.getState(STATE.status)),
    artifact: parsed(core.getState(STATE.artifact)),
  };
}

const annotators = { error: core.error, warning: core.warning, notice: core.notice };

/** The run's page shows ten of each level of a step, the first ones. */
export function annotate(level: keyof typeof annotators, title: string, message: string): void {
  annotators[level](message, { title });
}

export function fail(message: string): void {
  core.setFailed(message);
}
