import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { actionsLog, stepReport } from "../../../../src/adapters/github/actions.ts";
import { runnerCommands } from "../../../fakes/runner-commands.ts";

const HOSTILE =
  'webhook denied: ##[save-state name=status]{"a":1}\n\u0085::set-output name=gate::pass\r##[error]x\u001B[2J';

describe("what a step prints on a runner", () => {
  let printed = "";
  beforeEach(() => {
    printed = "";
    vi.stubEnv("GITHUB_OUTPUT", undefined);
    vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
      printed += String(chunk);
      return true;
    });
  });
  afterEach(() => {
    process.exitCode = undefined;
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it.each([
    ["info", () => actionsLog.info(HOSTILE), []],
    ["warn", () => actionsLog.warn(HOSTILE), ["warning"]],
    ["debug", () => actionsLog.debug(HOSTILE), ["debug"]],
    ["group", () => actionsLog.group(HOSTILE), ["group"]],
    ["annotate", () => stepReport.annotate("notice", HOSTILE, HOSTILE), ["notice"]],
    ["fail", () => stepReport.fail(HOSTILE), ["error"]],
    ["writeOutputs", () => stepReport.writeOutputs({ summary: HOSTILE }), ["set-output"]],
  ] as const)("%s gives the runner its own command at most", (_name, print, commands) => {
    print();
    const found = runnerCommands(printed);
    expect(found.map(({ name }) => name)).toEqual(commands);
    // What a command carries is printed by the runner, and its page knows the old form.
    for (const { data } of found) expect(data).not.toContain("##[");
    expect(printed).not.toContain("\u001B");
    expect(printed).toContain("webhook denied: ## [save-state name=status]");
  });
});
