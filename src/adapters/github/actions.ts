/** What a step of a GitHub Action has from its runner: log, inputs, outputs, summary, state. */
import * as core from "@actions/core";
import { inert } from "../../domain/outside-text.ts";
import type { Log, RunState, StepReport } from "../../ports.ts";

/** What is shown may hold the words of a mesh, a cluster or a program: the runner obeys nothing of it. */
export const actionsLog: Log = {
  info: (line) => core.info(inert(line)),
  warn: (line) => core.warning(inert(line)),
  debug: (line) => core.debug(inert(line)),
  group: (title) => core.startGroup(inert(title)),
  endGroup: () => core.endGroup(),
  mask: (secret) => core.setSecret(secret),
};

export function readInputs<Name extends string>(names: readonly Name[]): Partial<Record<Name, string>> {
  return Object.fromEntries(names.map((name) => [name, core.getInput(name)])) as Partial<Record<Name, string>>;
}

const annotators = { error: core.error, warning: core.warning, notice: core.notice };

export const stepReport: StepReport = {
  writeOutputs(outputs) {
    for (const [name, value] of Object.entries(outputs)) core.setOutput(name, inert(value));
  },
  async writeSummary(markdown) {
    // Outside of a runner there is no summary.
    if (process.env.GITHUB_STEP_SUMMARY === undefined) return;
    await core.summary.addRaw(markdown, true).write();
  },
  // The page of the run shows the first ten annotations of each level of a step.
  annotate: (level, title, message) => annotators[level](inert(message), { title: inert(title) }),
  fail: (message) => core.setFailed(inert(message)),
};

/** Keys of what main saves for post. */
const STATE = { cluster: "cluster", kind: "kind", keep: "keep", status: "status", artifact: "artifact" } as const;

const text = (value: object | undefined) => (value === undefined ? "" : JSON.stringify(value));

const parsed = <T>(saved: string): T | undefined => (saved === "" ? undefined : (JSON.parse(saved) as T));

export const runState: RunState = {
  saveCluster({ name, kind, keep }) {
    core.saveState(STATE.cluster, name);
    core.saveState(STATE.kind, kind);
    core.saveState(STATE.keep, String(keep));
  },
  saveStatus: (status) => core.saveState(STATE.status, text(status)),
  saveArtifact: (artifact) => core.saveState(STATE.artifact, text(artifact)),
  read() {
    const name = core.getState(STATE.cluster);
    const kind = core.getState(STATE.kind);
    return {
      cluster: name === "" ? undefined : { name, kind, keep: core.getState(STATE.keep) === "true" },
      status: parsed(core.getState(STATE.status)),
      artifact: parsed(core.getState(STATE.artifact)),
    };
  },
};
