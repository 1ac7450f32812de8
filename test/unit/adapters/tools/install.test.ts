import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter, join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { withTempFolder } from "../../../../src/adapters/files/folders.ts";
import { type PinnedTool, TOOL_DIGESTS } from "../../../../src/adapters/tools/digests.ts";
import { findHelm, findKind } from "../../../../src/adapters/tools/install.ts";
import { createTool } from "../../../../src/adapters/tools/process.ts";
import { recordingLog, testFolder, writeProgram } from "../../../fakes/fake-program.ts";
import { heldClock } from "../../../fakes/held-clock.ts";

const arch = process.arch === "x64" ? "amd64" : "arm64";
const os = process.platform as "linux" | "darwin";
const KIND_PROGRAM = `#!${process.execPath}\nconsole.log("kind v9.9.9 go1.26 linux/amd64")\n`;

let temp: string;
let cache: string;
let unpackTo: string;
beforeEach(async () => {
  temp = await testFolder();
  cache = await testFolder();
  unpackTo = await testFolder();
  // The library tells the runner what it does.
  const quiet = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  onTestFinished(() => quiet.mockRestore());
  vi.stubEnv("RUNNER_TEMP", temp);
  vi.stubEnv("RUNNER_TOOL_CACHE", cache);
  // The library waits 10 to 20 s between attempts.
  Object.assign(globalThis, { TEST_DOWNLOAD_TOOL_RETRY_MIN_SECONDS: 0, TEST_DOWNLOAD_TOOL_RETRY_MAX_SECONDS: 0 });
  onTestFinished(() => void vi.unstubAllEnvs());
});

/** Serves one body, or a status, at any path. */
async function serve(answer: Buffer | string | number): Promise<{ url: string; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? "");
    if (typeof answer === "number") response.writeHead(answer).end();
    else response.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tool`, requests };
}

function pin(url: string, content: Buffer | string, tool: PinnedTool["tool"] = "kind"): readonly PinnedTool[] {
  return [{ tool, version: "0.33.0", os, arch, url, sha256: createHash("sha256").update(content).digest("hex") }];
}

function search(digests: readonly PinnedTool[], path = "/nowhere") {
  const log = recordingLog();
  const clock = heldClock();
  return { tool: createTool({ log, clock }), clock, withTempFolder, log, path, digests, unpackTo };
}

describe("a tool on PATH", () => {
  it.each([
    ["kind", findKind, "kind v0.20.0 go1.20.4 linux/amd64", "0.20.0"],
    ["kind", findKind, "kind v0.33.0-alpha+5a7d go1.26.8 linux/amd64", "0.33.0-alpha"],
    ["helm", findHelm, "v3.21.4+g0cbd5d2", "3.21.4"],
    ["helm", findHelm, "v4.2.4+gb1c0d4a", "4.2.4"],
    ["helm", findHelm, "v3.21", "3.21.0"],
  ] as const)("is used when it is %s at an accepted version (%#)", async (name, find, prints, version) => {
    const folder = await testFolder();
    const path = await writeProgram(folder, name, `console.log(${JSON.stringify(prints)})`);
    expect(await find(search([], folder))).toEqual({ path, version, source: "path" });
  });

  it.each([
    ["too old", "console.log('kind v0.19.0 go1.20')"],
    ["too new", "console.log('kind v1.0.0 go1.30')"],
    ["silent about its version", ""],
    ["broken", "process.exit(1)"],
  ])("is passed over, with a warning, when it is %s", async (_, source) => {
    const folder = await testFolder();
    await writeProgram(folder, "kind", source);
    const { url } = await serve(KIND_PROGRAM);
    const looking = search(pin(url, KIND_PROGRAM), folder);
    expect(await findKind(looking)).toMatchObject({ version: "0.33.0", source: "download" });
    expect(looking.log.lines.join("\n")).toContain(`${folder}/kind is`);
  });
});

describe("a download", () => {
  it("is checked, kept and runnable, and not repeated", async () => {
    const { url, requests } = await serve(KIND_PROGRAM);
    const first = await findKind(search(pin(url, KIND_PROGRAM)));
    expect(first.source).toBe("download");
    expect(first.path).toBe(join(cache, "kind", "0.33.0", arch, "kind"));
    expect((await stat(first.path)).mode & 0o111).toBe(0o111);
    expect(execFileSync(first.path, { encoding: "utf8" })).toContain("v9.9.9");
    expect(await findKind(search(pin(url, KIND_PROGRAM)))).toEqual({ ...first, source: "cache" });
    expect(requests).toHaveLength(1);
    expect(await readdir(temp)).toEqual([]);
  });

  it.each([
    ["kind", findKind, KIND_PROGRAM],
    ["helm", findHelm, "no archive"],
  ] as const)(
    "is repeated where something else lies in the cache as %s, which is never run",
    async (name, find, content) => {
      const marker = join(await testFolder(), "ran");
      const folder = join(cache, name, "0.33.0", arch);
      await mkdir(folder, { recursive: true });
      for (const file of [name, `${name}.tar.gz`])
        await writeFile(join(folder, file), `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
      await writeFile(`${folder}.complete`, "");
      const { url, requests } = await serve(content);
      const looking = search(pin(url, content, name));
      if (name === "kind") expect(await find(looking)).toMatchObject({ source: "download" });
      // What is served is no archive: it has the right digest, and cannot be unpacked.
      else await expect(find(looking)).rejects.toThrow(/tar/);
      expect(requests).toHaveLength(1);
      expect(looking.log.lines.join("\n")).toContain("is replaced");
      expect(existsSync(marker)).toBe(false);
    },
  );

  it("is not made where only what is there may be used", async () => {
    const { url, requests } = await serve(KIND_PROGRAM);
    const error = await findKind({ ...search(pin(url, KIND_PROGRAM)), mayDownload: false }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: "download", message: expect.stringContaining("neither on PATH") });
    expect(requests).toEqual([]);
  });

  it("of another content is removed, and neither kept nor run", async () => {
    const marker = join(await testFolder(), "ran");
    const evil = `#!/bin/sh\ntouch ${marker}\n`;
    const { url } = await serve(evil);
    const error = await findKind(search(pin(url, KIND_PROGRAM))).catch((thrown: unknown) => thrown);
    const sha = (text: string) => createHash("sha256").update(text).digest("hex");
    expect(error).toMatchObject({
      code: "digest-mismatch",
      message: expect.stringContaining(`expected sha256 ${sha(KIND_PROGRAM)}, got ${sha(evil)}`),
    });
    expect([await readdir(temp), await readdir(cache)]).toEqual([[], []]);
    expect(existsSync(marker)).toBe(false);
  });

  it("of an archive keeps the one program in it", async () => {
    const folder = await testFolder();
    await mkdir(join(folder, `${os}-${arch}`));
    await writeProgram(join(folder, `${os}-${arch}`), "helm", "console.log('v9')");
    const archive = join(folder, "helm.tar.gz");
    execFileSync("tar", ["-czf", archive, "-C", folder, `${os}-${arch}`]);
    const content = await readFile(archive);
    const { url } = await serve(content);
    const { path } = await findHelm(search(pin(url, content, "helm")));
    expect(execFileSync(path, { encoding: "utf8" })).toBe("v9\n");
    expect(await readdir(temp)).toEqual([]);
  });

  it.each([404, 503])("that is refused (%i) is told with its address and a way out", async (status) => {
    const { url, requests } = await serve(status);
    const error = await findKind(search(pin(url, ""))).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "download",
      message: expect.stringContaining(url),
      advice: expect.stringContaining("PATH"),
    });
    expect(requests).toHaveLength(status === 404 ? 1 : 3);
  });

  it("stops with the run", async () => {
    const { url } = await serve(KIND_PROGRAM);
    const error = await findKind({ ...search(pin(url, KIND_PROGRAM)), signal: AbortSignal.abort() }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: "interrupted" });
    expect(await readdir(cache)).toEqual([]);
  });

  it("goes below the user's cache outside a runner", async () => {
    vi.stubEnv("RUNNER_TOOL_CACHE", "");
    vi.stubEnv("XDG_CACHE_HOME", cache);
    const { url } = await serve(KIND_PROGRAM);
    const { path } = await findKind(search(pin(url, KIND_PROGRAM)));
    expect(path.startsWith(join(cache, "smi-conformance", "tools"))).toBe(true);
  });

  it("is not tried for a platform that we know no digest for", async () => {
    await expect(findKind(search([]))).rejects.toMatchObject({
      code: "download",
      advice: expect.stringContaining(">=0.20"),
    });
  });
});

it("has one digest for each tool on each platform, at its official address", () => {
  for (const { tool, version, os, arch, url, sha256 } of TOOL_DIGESTS) {
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(url).toMatch(/^https:\/\/(github\.com\/kubernetes-sigs\/kind|get\.helm\.sh)\//);
    for (const part of [tool, version, os, arch]) expect(url).toContain(part);
  }
  expect(new Set(TOOL_DIGESTS.map((one) => one.sha256)).size).toBe(8);
});

it("finds nothing in an empty part of PATH", async () => {
  await expect(findKind(search([], delimiter))).rejects.toMatchObject({ code: "download" });
});
