import { dirname } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { InfrastructureError, ToolError } from "../../../src/errors.ts";
import type { Tool } from "../../../src/ports.ts";
import { prepareKind } from "../../../src/setup/kind.ts";
import { testFolder, writeProgram } from "../../fakes/fake-program.ts";
import { keptLog } from "../../fakes/kept-log.ts";

/** Answers for docker and kind; whatever else is started fails. */
function toolThat(docker: boolean) {
  const calls: string[] = [];
  const tool: Tool = {
    async run([program, ...args]) {
      const call = `${program.split("/").at(-1)} ${args.join(" ")}`;
      calls.push(call);
      if (call.startsWith("docker version") && docker) return { stdout: "28.0.0\n", stderr: "" };
      if (call === "kind version") return { stdout: "kind v0.33.0 go1.25.0 linux/amd64\n", stderr: "" };
      if (call === "kind get clusters") return { stdout: "somebody-elses\n", stderr: "" };
      throw new ToolError([program, ...args], 1, "no");
    },
  };
  return { tool, calls };
}

async function prepared(docker: boolean) {
  const folder = await testFolder();
  vi.stubEnv("PATH", folder);
  vi.stubEnv("XDG_STATE_HOME", folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  const kind = await writeProgram(folder, "kind", "");
  const { tool, calls } = toolThat(docker);
  const deps = { root: "/suite", tool, log: keptLog(), signal: new AbortController().signal, ownerPid: process.pid };
  const ready = await prepareKind({ nodeImage: "node:1", keepCluster: true }, undefined, deps);
  return { ready, calls, kind };
}

describe("kind for a run", () => {
  it("is a cluster to create, with the means to do so", async () => {
    const { ready, kind, calls } = await prepared(true);
    expect(ready.program).toBe(kind);
    expect(ready.cluster).toMatchObject({ provider: "kind", nodeImage: "node:1", keep: true, kindVersion: "0.33.0" });
    expect(ready.cluster.name).toMatch(/^smi-conformance-[0-9a-f]{8}$/);
    expect(ready.cluster.means.program).toBe("/suite/dist/workload.cjs");
    expect(dirname(ready.cluster.means.archive)).not.toBe(".");
    // Nothing is created or deleted yet: clusters of others least of all.
    expect(calls.filter((call) => /create|delete/.test(call))).toEqual([]);
  });

  it("needs a Docker daemon, and names every way to do without", async () => {
    const error = await prepared(false).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InfrastructureError);
    expect(error).toMatchObject({ code: "docker-unavailable" });
    for (const way of ["docker info", "npm run lab", "--cluster existing", "--cluster embedded"])
      expect((error as InfrastructureError).advice).toContain(way);
  });
});
