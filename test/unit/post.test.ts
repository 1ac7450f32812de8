import { execFile } from "node:child_process";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readLog } from "../e2e/support/runner-protocol.ts";
import { testFolder } from "../fakes/fake-program.ts";

const entry = join(import.meta.dirname, "..", "..", "src", "post.ts");

/** Post with this state; records of clusters are kept in a folder of the test's own. */
async function post(state: Readonly<Record<string, string>>) {
  const folder = await testFolder();
  const began = performance.now();
  return new Promise<{ exitCode: number; durationMs: number } & ReturnType<typeof readLog>>((resolve) => {
    const env = {
      PATH: "/usr/bin:/bin",
      XDG_STATE_HOME: folder,
      ...Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])),
    };
    execFile(process.execPath, [entry], { env }, (error, stdout, stderr) =>
      resolve({
        exitCode: typeof error?.code === "number" ? error.code : error === null ? 0 : -1,
        durationMs: performance.now() - began,
        ...readLog(`${stdout}${stderr}`),
      }),
    );
  });
}

async function fakeKind(script: string): Promise<string> {
  const program = join(await testFolder(), "kind");
  await writeFile(program, `#!/bin/sh\n${script}\n`);
  await chmod(program, 0o755);
  return program;
}

const started = { cluster: "smi-conformance-00000000", keep: "false" };

describe("post", () => {
  it.each([
    ["main never began", {}],
    [
      "main used a cluster of the user's, and published",
      { cluster: "", kind: "", keep: "false", status: "", artifact: "" },
    ],
  ])("does nothing where %s", async (_what, state) => {
    const ended = await post(state);
    expect(ended).toMatchObject({ exitCode: 0, annotations: [] });
    expect(ended.lines.join("\n")).toContain("nothing to remove");
    // No program is started for it; the limit is a slow machine's.
    expect(ended.durationMs).toBeLessThan(10_000);
  });

  it("leaves a cluster that the user keeps", async () => {
    const ended = await post({ ...started, keep: "true", kind: await fakeKind("exit 9") });
    expect(ended).toMatchObject({ exitCode: 0, annotations: [] });
    expect(ended.lines.join("\n")).toContain("is kept");
  });

  it("deletes the cluster that main named, and only that", async () => {
    const calls = join(await testFolder(), "calls");
    const kind = await fakeKind(
      `echo "$*" >>${calls}; [ "$1" = get ] && echo other && echo ${started.cluster}; exit 0`,
    );
    const ended = await post({ ...started, kind });
    expect(ended).toMatchObject({ exitCode: 0, annotations: [] });
    expect(ended.lines).toContain(`deleted cluster ${started.cluster}`);
    expect((await readFile(calls, "utf8")).split("\n")).toEqual([
      "get clusters",
      expect.stringMatching(`^delete cluster --name ${started.cluster} --kubeconfig `),
      "",
    ]);
  });

  it("deletes nothing where the cluster is gone", async () => {
    const kind = await fakeKind('[ "$1" = get ] && exit 0; exit 9');
    const ended = await post({ ...started, kind });
    expect(ended).toMatchObject({ exitCode: 0, annotations: [] });
    expect(ended.lines).toContain(`cluster ${started.cluster} is gone already`);
  });

  it.each([
    ["kind is gone", async () => "/no/such/kind", "no program"],
    [
      "Docker does not answer",
      () => fakeKind('echo "Cannot connect to the Docker daemon at unix:///var/run/docker.sock." >&2; exit 1'),
      "Docker daemon does not answer",
    ],
    [
      "the cluster cannot be deleted",
      () => fakeKind(`[ "$1" = get ] && echo ${started.cluster} && exit 0; echo "ERROR: device busy" >&2; exit 1`),
      "device busy",
    ],
  ])("warns, names the cluster and what removes it, and fails no job where %s", async (_what, kind, reason) => {
    const ended = await post({ ...started, kind: await kind() });
    expect(ended.exitCode).toBe(0);
    expect(ended.annotations).toHaveLength(1);
    const [{ level, message } = { level: "", message: "" }] = ended.annotations;
    expect(level).toBe("warning");
    expect(message).toContain(reason);
    expect(message).toContain(`kind delete cluster --name ${started.cluster}`);
  });
});
