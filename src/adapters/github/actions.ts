/** What a step of a GitHub Action has from its runner: log, inputs, outputs, summary, state. */
import * as core from "@actions/core";
import { readUnfinished, type Unfinished } from "../../domain/github/unfinished.ts";
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

const save = (key: keyof Unfinished, value: object | undefined) =>
  core.saveState(key, value === undefined ? "" : JSON.stringify(value));

export const runState: RunState = {
  saveCluster: (cluster) => save("cluster", cluster),
  saveStatus: (status) => save("status", status),
  saveArtifact: (artifact) => save("artifact", artifact),
  read: () =>
    readUnfinished({
      cluster: core.getState("cluster"),
      status: core.getState("status"),
      artifact: core.getState("artifact"),
    }),
};
