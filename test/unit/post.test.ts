import { execFile } from "node:child_process";
import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { readLog } from "../e2e/support/runner-protocol.ts";
import { testFolder } from "../fakes/fake-program.ts";

const entry = join(import.meta.dirname, "..", "..", "src", "post.ts");

/** Post with this state; records of clusters are kept in a folder of the test's own. */
async function post(state: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}) {
  const folder = await testFolder();
  return new Promise<{ exitCode: number } & ReturnType<typeof readLog>>((resolve) => {
    const env = {
      PATH: "/usr/bin:/bin",
      XDG_STATE_HOME: folder,
      ...more,
      ...Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])),
    };
    execFile(process.execPath, [entry], { env }, (error, stdout, stderr) =>
      resolve({
        exitCode: typeof error?.code === "number" ? error.code : error === null ? 0 : -1,
        ...readLog(`${stdout}${stderr}`),
      }),
    );
  });
}

/** Files of the project that the process loaded, below `src`, by what the engine noted of each. */
async function loadedBy(state: Readonly<Record<string, string>>) {
  const folder = await testFolder();
  const ended = await post(state, { NODE_V8_COVERAGE: folder });
  const notes = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), "utf8")));
  const urls = notes.flatMap((note) =>
    (JSON.parse(note) as { result: { url: string }[] }).result.map(({ url }) => url),
  );
  const root = pathToFileURL(dirname(entry)).href;
  const loaded = urls.filter((url) => url.startsWith("file:")).map((url) => url.replace(`${root}/`, ""));
  return { ...ended, loaded: loaded.sort() };
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
  ])("does nothing where %s, and loads nothing for it", async (_what, state) => {
    const ended = await loadedBy(state);
    expect(ended).toMatchObject({ exitCode: 0, annotations: [] });
    expect(ended.lines.join("\n").trim()).toBe("nothing was left behind, so there is nothing to remove");
    expect(ended.loaded).toEqual(["errors.ts", "post.ts"]);
  });

  it("loads what it needs for what main left", async () => {
    const { loaded } = await loadedBy({ ...started, keep: "true", kind: "/no/such/kind" });
    expect(loaded).toContain("publishing/cleanup.ts");
    expect(loaded).not.toContain("adapters/kind/kind.ts");
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
