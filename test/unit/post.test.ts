import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
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
      RUNNER_TEMP: folder,
      RUNNER_TOOL_CACHE: join(folder, "tools"),
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

/** @returns a PATH on which it is */
async function fakeKind(script: string): Promise<string> {
  const folder = await testFolder();
  const program = join(folder, "kind");
  await writeFile(program, `#!/bin/sh\n[ "$1" = version ] && echo "kind v0.33.0" && exit 0\n${script}\n`);
  await chmod(program, 0o755);
  return `${folder}:/usr/bin:/bin`;
}

const name = "smi-conformance-00000000";
const started = { cluster: JSON.stringify({ name, keep: false }) };

describe("post", () => {
  it.each([
    ["main never began", {}],
    ["main used a cluster of the user's, and published", { cluster: "", status: "", artifact: "" }],
  ])("does nothing where %s, and loads nothing for it", async (_what, state) => {
    const ended = await loadedBy(state);
    expect(ended).toMatchObject({ exitCode: 0, annotations: [] });
    expect(ended.lines.join("\n").trim()).toBe("nothing was left behind, so there is nothing to remove");
    expect(ended.loaded).toEqual(["post.ts"]);
  });

  it("loads what it needs for what main left", async () => {
    const { loaded } = await loadedBy({ cluster: JSON.stringify({ name, keep: true }) });
    expect(loaded).toContain("publishing/cleanup.ts");
    expect(loaded).not.toContain("adapters/kind/kind.ts");
  });

  it("leaves a cluster that the user keeps", async () => {
    const ended = await post({ cluster: JSON.stringify({ name, keep: true }) }, { PATH: await fakeKind("exit 9") });
    expect(ended).toMatchObject({ exitCode: 0, annotations: [] });
    expect(ended.lines.join("\n")).toContain("is kept");
  });

  it("deletes the cluster that main named, and only that", async () => {
    const calls = join(await testFolder(), "calls");
    const kind = await fakeKind(`echo "$*" >>${calls}; [ "$1" = get ] && echo other && echo ${name}; exit 0`);
    const ended = await post(started, { PATH: kind });
    expect(ended).toMatchObject({ exitCode: 0, annotations: [] });
    expect(ended.lines).toContain(`deleted cluster ${name}`);
    expect((await readFile(calls, "utf8")).split("\n")).toEqual([
      "get clusters",
      expect.stringMatching(`^delete cluster --name ${name} --kubeconfig `),
      "",
    ]);
  });

  it("deletes nothing where the cluster is gone", async () => {
    const kind = await fakeKind('[ "$1" = get ] && exit 0; exit 9');
    const ended = await post(started, { PATH: kind });
    expect(ended).toMatchObject({ exitCode: 0, annotations: [] });
    expect(ended.lines).toContain(`cluster ${name} is gone already`);
  });

  it.each([
    ["kind is gone", async () => "/usr/bin:/bin", "neither on PATH nor in the tool cache"],
    [
      "Docker does not answer",
      () => fakeKind('echo "Cannot connect to the Docker daemon at unix:///var/run/docker.sock." >&2; exit 1'),
      "Docker daemon does not answer",
    ],
    [
      "the cluster cannot be deleted",
      () => fakeKind(`[ "$1" = get ] && echo ${name} && exit 0; echo "ERROR: device busy" >&2; exit 1`),
      "device busy",
    ],
  ])("warns, names the cluster and what removes it, and fails no job where %s", async (_what, kind, reason) => {
    const ended = await post(started, { PATH: await kind() });
    expect(ended.exitCode).toBe(0);
    expect(ended.annotations).toHaveLength(1);
    const [{ level, message } = { level: "", message: "" }] = ended.annotations;
    expect(level).toBe("warning");
    expect(message).toContain(reason);
    expect(message).toContain(`kind delete cluster --name ${name}`);
  });

  describe("with a record that somebody else has put into the log", () => {
    /** Keeps what it is asked, as GitHub's API would. */
    async function listener() {
      const requests: { readonly url: string; readonly authorization: string | undefined }[] = [];
      const server = createServer((request, response) => {
        requests.push({ url: request.url ?? "", authorization: request.headers.authorization });
        response.writeHead(201, { "content-type": "application/json" }).end('{"url":"http://x"}');
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      onTestFinished(() => void server.close());
      return { requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    }
    const status = {
      ...{ sha: "a".repeat(40), context: "smi", targetUrl: "https://github.com/octo/mesh/actions/runs/1" },
      ...{ title: "Mesh", version: "1" },
    };
    const runner = { GITHUB_REPOSITORY: "octo/mesh", GITHUB_RUN_ID: "1", INPUT_TOKEN: "t0ken" };

    it("sends the token to the runner's own API address alone, for the runner's own repository", async () => {
      const [github, attacker] = [await listener(), await listener()];
      const forged = { ...status, repository: "a/b", apiUrl: attacker.url };
      const refused = await post({ status: JSON.stringify(forged) }, { ...runner, GITHUB_API_URL: github.url });
      expect(refused).toMatchObject({ exitCode: 0, annotations: [{ level: "warning" }] });
      expect([github.requests, attacker.requests]).toEqual([[], []]);

      const ended = await post({ status: JSON.stringify(status) }, { ...runner, GITHUB_API_URL: github.url });
      expect(ended.annotations).toEqual([]);
      expect(github.requests).toEqual([
        { url: `/repos/octo/mesh/statuses/${status.sha}`, authorization: "token t0ken" },
      ]);
    });

    it("starts no program that it names, and removes no cluster of another name", async () => {
      const folder = await testFolder();
      const evil = join(folder, "evil.sh");
      await writeFile(evil, `#!/bin/sh\ntouch ${join(folder, "ran")}\n`, { mode: 0o755 });
      const calls = join(folder, "calls");
      const path = await fakeKind(`echo "$*" >>${calls}; exit 0`);
      for (const cluster of [
        { name, keep: false, kind: evil },
        { name: "production", keep: false },
      ])
        await post({ cluster: JSON.stringify(cluster), kind: evil }, { PATH: path });
      expect(existsSync(join(folder, "ran"))).toBe(false);
      expect(existsSync(calls)).toBe(false);
    });

    it("removes the cluster all the same where another record is broken", async () => {
      const path = await fakeKind(`[ "$1" = get ] && echo ${name}; exit 0`);
      const ended = await post({ ...started, status: "{", artifact: "[]" }, { PATH: path });
      expect(ended.lines).toContain(`deleted cluster ${name}`);
      expect(ended.annotations.map(({ message }) => message)).toEqual([
        expect.stringContaining("about the status"),
        expect.stringContaining("about the artifact"),
      ]);
    });

    it("takes no files of another run for its own", async () => {
      const folder = await testFolder();
      await writeFile(join(folder, ".env"), "SECRET=1");
      await writeFile(join(folder, ".smi-conformance-files"), "Files written by smi-conformance, run x\n.env\n");
      const artifact = JSON.stringify({ name: "r", run: "0c8c7dbe-5e23-4594-a198-b786c4bc13da", retentionDays: null });
      const ended = await post({ artifact }, { ...runner, "INPUT_REPORT-DIR": folder });
      expect(ended.lines.join("\n")).toContain("wrote anything, so there is no artifact");
    });
  });
});
