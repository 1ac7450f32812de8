import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../../src/adapters/clock.ts";
import { withTempFolder } from "../../../src/adapters/files/folders.ts";
import { createArtifactStore } from "../../../src/adapters/github/artifact-store.ts";
import type { WorkflowEvent } from "../../../src/domain/github/workflow-event.ts";
import { ConfigurationError, InfrastructureError } from "../../../src/errors.ts";
import type { IdentityInputs } from "../../../src/inputs/run-identity.ts";
import { fetchRunOf } from "../../../src/setup/baseline-artifact.ts";
import { testFolder } from "../../fakes/fake-program.ts";
import { type ResultsService, startResultsService } from "../../fakes/results-service.ts";

type Given = Parameters<typeof fetchRunOf>[0];

/** Later than the retention of each artifact. */
let late = false;
let service: ResultsService;

beforeAll(async () => {
  service = await startResultsService({
    runId: "4711",
    otherRuns: ["4712"],
    tokens: { reader: "actions: read", poor: "none" },
    now: () => Date.now() + (late ? 100 * 86_400_000 : 0),
  });
});

beforeEach(() => {
  // Read by the client once, when it is loaded: vitest.config.ts gives this file a worker of its own.
  vi.stubEnv("GITHUB_API_URL", service.url);
  vi.stubEnv("GITHUB_SERVER_URL", "https://github.com");
  vi.stubEnv("ACTIONS_RESULTS_URL", service.url);
  vi.stubEnv("ACTIONS_RUNTIME_TOKEN", service.token);
  // The client tells the runner what it does.
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
});

afterAll(() => service.close());

const event: WorkflowEvent = {
  ...{ name: "push", payload: {}, sha: "a".repeat(40), ref: "refs/heads/main", repository: "o/r", runId: "5000" },
  ...{ attempt: 4, job: "conformance", actor: "me", serverUrl: "https://github.com", apiUrl: "https://api.github.com" },
};

interface Asked extends Partial<IdentityInputs> {
  readonly baselineArtifact?: string;
  readonly artifactName?: string;
  readonly mesh?: string;
  readonly token?: string;
}

/** Gets the report of a run as a run of `mesh` does. */
async function fetchReport(runId: string, asked: Asked = {}, signal = new AbortController().signal) {
  const { baselineArtifact, artifactName, mesh = "traefik-mesh", token = "reader", ...identity } = asked;
  const inputs = {
    ...{ meshVersion: "v1.4.8", cluster: "kind", ...identity },
    gate: { baselineArtifact },
    publish: { artifactName, token },
  } as Given;
  const fetch = fetchRunOf(inputs, event, signal);
  if (fetch === undefined) throw new Error("there is no way to a run");
  return fetch(runId, mesh);
}

/** Uploaded by run 4711. */
async function stored(name: string, files: Readonly<Record<string, string>>) {
  const folder = await testFolder();
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
  const request = {
    name,
    folder,
    files: Object.keys(files),
    retentionDays: undefined,
    runUrl: "https://github.com/o/r/actions/runs/4711",
  };
  expect(await createArtifactStore({ clock: systemClock, withTempFolder }).upload(request)).toHaveProperty("id");
}

describe("the baseline of an earlier workflow run", () => {
  it("is the report of the same matrix job, whatever its attempt; the newest where there are several", async () => {
    const name = "smi-conformance-traefik-mesh-1.4.8-conformance";
    await stored(`${name}-attempt-1`, { "report.json": "first" });
    await stored(`${name}-attempt-2`, { "report.json": "second", "report.md": "" });
    await stored("smi-conformance-traefik-mesh-1.4.8-k8s-1.31.0-conformance-attempt-1", { "report.json": "k8s" });
    await stored("smi-conformance-linkerd-1.4.8-conformance-attempt-1", { "report.json": "linkerd" });
    expect(await fetchReport("4711")).toEqual({
      text: "second",
      source: `artifact ${name}-attempt-2 of run 4711`,
    });
    expect(await fetchReport("4711", { kubernetesVersion: "v1.31.0" })).toMatchObject({ text: "k8s" });
    expect(await fetchReport("4711", { mesh: "linkerd" })).toMatchObject({ text: "linkerd" });
  });

  it("is that of the same cluster, mutant and versions", async () => {
    const own = (what: string) => `smi-conformance-traefik-mesh-1.4.8-${what}-conformance-attempt-1`;
    const served = { access: "v1alpha3", specs: "v1alpha4", split: "v1alpha4" };
    const embedded = { seed: 1, wire: "memory", mutant: undefined, versions: undefined } as const;
    await stored(own("mutant-m"), { "report.json": "mutant" });
    await stored(own("cluster-existing"), { "report.json": "existing" });
    await stored(own("smi-v1alpha3-v1alpha4-v1alpha4"), { "report.json": "served" });
    expect(await fetchReport("4711", { cluster: "existing" })).toMatchObject({ text: "existing" });
    const of = (given: object) => fetchReport("4711", { cluster: "embedded", embedded: { ...embedded, ...given } });
    expect(await of({ mutant: "m" })).toMatchObject({ text: "mutant" });
    expect(await of({ versions: served })).toMatchObject({ text: "served" });
  });

  it("is that of the artifact which is asked for; of this run's own name where that was given", async () => {
    await stored("nightly", { "report.json": "nightly" });
    await stored("weekly", { "report.json": "weekly" });
    expect(await fetchReport("4711", { artifactName: "nightly" })).toMatchObject({ text: "nightly" });
    expect(await fetchReport("4711", { artifactName: "nightly", baselineArtifact: "weekly" })).toMatchObject({
      text: "weekly",
    });
  });

  it("is refused where the run has no artifact of that name, and those that it has are named", async () => {
    await stored("something", { "report.json": "x" });
    const error = await fetchReport("4711", { baselineArtifact: "nothing" }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({
      input: "baseline-run",
      message: 'baseline-run: run 4711 has no artifact "nothing"',
      remedy: expect.stringMatching(/^It has .*something.*: give one of these as baseline-artifact\.$/),
    });
  });

  it("is refused where the run has no artifact at all", async () => {
    await expect(fetchReport("4712")).rejects.toMatchObject({
      input: "baseline-run",
      remedy: expect.stringContaining("It has no artifact at all"),
    });
  });

  it("is refused where the artifact holds no report", async () => {
    await stored("logs", { "log.txt": "x" });
    await expect(fetchReport("4711", { baselineArtifact: "logs" })).rejects.toMatchObject({
      input: "baseline-run",
      message: 'baseline-run: artifact "logs" of run 4711 contains no report.json',
    });
  });

  it.each([
    [
      "there is no such run",
      "4713",
      "reader",
      "baseline-run: o/r has no workflow run 4713 that the token can read (404: Not Found)",
      /^Give the id of a run of this repository/,
    ],
    [
      "the token may not read artifacts",
      "4711",
      "poor",
      "baseline-run: the token may not read the artifacts of run 4711 (403: Resource not accessible by integration)",
      /permission `actions: read`/,
    ],
    [
      "the token is wrong",
      "4711",
      "stranger",
      "token: GitHub refuses it for reading run 4711 (401: Bad credentials)",
      /^Give a valid one/,
    ],
  ])("is refused where %s", async (_what, runId, token, message, remedy) => {
    const error = await fetchReport(runId, { token }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as ConfigurationError).message.replace(/ - https:\S+/, "")).toBe(message);
    expect((error as ConfigurationError).remedy).toMatch(remedy);
  });

  it("is refused once it has expired", async () => {
    await stored("old", { "report.json": "old" });
    late = true;
    try {
      await expect(fetchReport("4711", { baselineArtifact: "old" })).rejects.toMatchObject({
        input: "baseline-run",
        message: expect.stringMatching(
          /^baseline-run: the report of run 4711 no longer exists \(410: .*Artifact has expired/,
        ),
        remedy: expect.stringMatching(/^Give a newer run/),
      });
    } finally {
      late = false;
    }
  });

  it("can't be had where GitHub limits the rate: that is no mistake of the user's", async () => {
    // The client tries six times, whatever the answer.
    service.fail({
      kind: "status",
      status: 403,
      times: 6,
      message: "API rate limit exceeded for installation ID 1",
      on: "ListRunArtifacts",
    });
    const error = await fetchReport("4711").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InfrastructureError);
    expect(error).toMatchObject({ code: "download", message: expect.stringContaining("rate limit exceeded") });
  });

  it.each(["ListRunArtifacts", "DownloadArtifact"] as const)(
    "is waited for until the run is to stop: %s",
    async (on) => {
      await stored(`waited-${on}`, { "report.json": "x" });
      const temporary = await testFolder();
      vi.stubEnv("RUNNER_TEMP", temporary);
      service.fail({ kind: "hang", on });
      const stop = new AbortController();
      const reason = new InfrastructureError("interrupted", "stopped by SIGINT", "Run again.");
      const fetched = expect(fetchReport("4711", { baselineArtifact: `waited-${on}` }, stop.signal)).rejects.toBe(
        reason,
      );
      await expect.poll(() => service.requests.at(-1)).toEqual({ operation: on, status: null });
      stop.abort(reason);
      await fetched;
      expect(await readdir(temporary)).toEqual([]);
      vi.stubEnv("RUNNER_TEMP", undefined);
    },
  );

  it("is refused where the report is larger than any", async () => {
    await stored("large", { "report.json": " ".repeat(64 * 1024 * 1024 + 1) });
    await expect(fetchReport("4711", { baselineArtifact: "large" })).rejects.toMatchObject({
      input: "baseline-run",
      message:
        'baseline-run: artifact "large" of run 4711 contains a report.json that cannot be read: it has 67108865 bytes, and at most 67108864 are read',
    });
  });

  it("is refused where its bytes are not those that were uploaded", async () => {
    await stored("good", { "report.json": "good" });
    await stored("bad", { "report.json": "bad" });
    const bytes = service.artifacts.find(({ name }) => name === "bad")?.zip ?? Buffer.alloc(0);
    service.fail({ kind: "bytes", bytes, on: "GetBlob" });
    await expect(fetchReport("4711", { baselineArtifact: "good" })).rejects.toMatchObject({ code: "digest-mismatch" });
    expect(await fetchReport("4711", { baselineArtifact: "good" })).toMatchObject({ text: "good" });
  });

  it("leaves no folder behind, whatever came of it", async () => {
    await stored("kept", { "report.json": "kept" });
    await stored("empty", { "log.txt": "" });
    const temporary = await testFolder();
    vi.stubEnv("RUNNER_TEMP", temporary);
    try {
      const { source } = await fetchReport("4711", { baselineArtifact: "kept" });
      expect(source).toBe("artifact kept of run 4711");
      await expect(fetchReport("4711", { baselineArtifact: "empty" })).rejects.toThrow("contains no report.json");
      expect(await readdir(temporary)).toEqual([]);
    } finally {
      vi.stubEnv("RUNNER_TEMP", undefined);
    }
  });

  it("can't be asked for outside of a workflow", () => {
    expect(fetchRunOf({ gate: {}, publish: {} } as Given, undefined, new AbortController().signal)).toBeUndefined();
  });
});
