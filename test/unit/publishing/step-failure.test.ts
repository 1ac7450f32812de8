import { describe, expect, it, vi } from "vitest";
import { ConfigurationError, InfrastructureError, InputErrors } from "../../../src/errors.ts";
import { runStep } from "../../../src/publishing/step-failure.ts";

/** Runs a step that does this, to the exit of the process. */
async function ended(step: () => Promise<number>, writeSummary = async (_: string) => {}) {
  const exit = vi.spyOn(process, "exit").mockImplementation((() => undefined) as never);
  const failures: string[] = [];
  const summaries: string[] = [];
  runStep("SMI conformance", step, {
    fail: (message) => failures.push(message),
    async writeSummary(markdown) {
      summaries.push(markdown);
      await writeSummary(markdown);
    },
    writeOutputs: () => {},
    annotate: () => {},
  });
  await vi.waitFor(() => expect(exit).toHaveBeenCalled());
  const code = exit.mock.calls[0]?.[0];
  exit.mockRestore();
  return { code, failures, summaries };
}

const mesh = new ConfigurationError("mesh", "it is required and empty", "Name it.");
const repeat = new ConfigurationError("repeat", '"x" is not a number', "Give one.");
const docker = new InfrastructureError("docker-unavailable", "no Docker daemon answers", "Start Docker.");

describe("a step", () => {
  it("ends with its exit code", async () => {
    expect(await ended(async () => 1)).toEqual({ code: 1, failures: [], summaries: [] });
  });

  it.each([
    ["each mistake of the user's", new InputErrors([mesh, repeat]), 2, [mesh, repeat]],
    ["a missing Docker", docker, 3, [docker]],
  ])("that comes to no result says why, and what to do: %s", async (_, error, code, named) => {
    const { failures, summaries, ...end } = await ended(() => Promise.reject(error));
    expect(end.code).toBe(code);
    expect(failures).toHaveLength(named.length);
    for (const [n, one] of named.entries()) {
      expect(failures[n]).toContain(one.message);
      expect(failures[n]).toContain(one instanceof ConfigurationError ? one.remedy : one.advice);
    }
    expect(summaries).toHaveLength(1);
    expect(summaries[0]).toMatch(/^## SMI conformance: not run\n/);
    for (const failure of failures) expect(summaries[0]).toContain(`- ${failure}`);
  });

  it("ends also where its summary cannot be written", async () => {
    const full = () => Promise.reject(new Error("the disk is full"));
    const { code, failures } = await ended(() => Promise.reject(docker), full);
    expect(code).toBe(3);
    expect(failures.at(-1)).toBe("the disk is full");
  });
});
