import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { gated } from "../../../src/domain/gate/gate.ts";
import type { Verdict } from "../../../src/domain/report/verdict.ts";
import { type PublicationOptions, preparePublication } from "../../../src/publishing/publication.ts";
import { keptLog } from "../../fakes/kept-log.ts";
import { createWorld, options, RUN_URL } from "../../fakes/publishing-world.ts";
import { reportOf, resultOf } from "../../fixtures/report.ts";

const subject = { identity: { mesh: "traefik-mesh", version: "v1.4.8" }, title: "Traefik Mesh" };
const running = new AbortController().signal;
const folder = { path: "/reports/1", run: randomUUID(), files: () => ["report.json"] };

const reportWith = (verdict: Verdict) =>
  gated(reportOf([resultOf(), resultOf({ id: "traffic-split/other", verdict })]), {
    policy: {
      failOn: "must-failures",
      minimum: { all: null, perSpec: {} },
      require: [],
      allowed: [],
      regression: false,
    },
    baseline: undefined,
  });

function prepare(world: ReturnType<typeof createWorld> | undefined, given: Partial<PublicationOptions> = {}) {
  const log = keptLog();
  const publication = preparePublication({ ...options, ...given }, subject, folder, world?.workflow, log);
  return { publication, log };
}

describe("a publication", () => {
  it("leaves a record of what it has begun, and takes it back once that has ended", async () => {
    const world = createWorld();
    const { publication } = prepare(world);
    expect(world.left).toEqual({
      status: {
        ...{ sha: "a".repeat(40), targetUrl: RUN_URL },
        ...{ context: "smi-conformance/traefik-mesh/1.4.8", title: "Traefik Mesh", version: "v1.4.8" },
      },
      artifact: {
        name: "smi-conformance-traefik-mesh-1.4.8-conformance-attempt-2",
        ...{ run: folder.run, retentionDays: 7 },
      },
    });
    publication.begin(running);
    await publication.end(reportWith("PASS"), running);
    expect(world.left).toEqual({ status: undefined, artifact: undefined });
  });

  it.each<[Verdict, string]>([
    ["PASS", "success"],
    ["FAIL", "failure"],
    ["INCONCLUSIVE", "error"],
  ])("of a report with %s sets the status from pending to %s, and puts out both addresses", async (verdict, state) => {
    const world = createWorld();
    const { publication } = prepare(world);
    publication.begin(running);
    const published = await publication.end(reportWith(verdict), running);
    expect(world.statuses.map((one) => [one.state, one.sha, one.targetUrl])).toEqual([
      ["pending", "a".repeat(40), RUN_URL],
      [state, "a".repeat(40), RUN_URL],
    ]);
    expect(world.statuses[1]?.description).toMatch(/^Traefik Mesh v1\.4\.8: /);
    expect(world.uploads).toMatchObject([
      { folder: "/reports/1", files: ["report.json"], retentionDays: 7, runUrl: RUN_URL },
    ]);
    expect(published).toEqual({
      outputs: {
        ...{ "artifact-id": "42", "artifact-url": "https://github.com/octo/mesh/artifacts/42" },
        ...{ "artifact-digest": "d".repeat(64), "status-url": "https://api.github.com/statuses/2" },
      },
      missing: [],
      fails: false,
    });
  });

  it("does not set the end before the pending state has been answered", async () => {
    let answer = () => {};
    const pending = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const world = createWorld({
      status: async ({ state }) => {
        if (state === "pending") await pending;
        return { set: state };
      },
    });
    const { publication } = prepare(world);
    publication.begin(running);
    const ended = publication.end(reportWith("PASS"), running);
    // All that does not wait for the answer is done by then.
    await new Promise((resolve) => setImmediate(resolve));
    expect(world.uploads).toHaveLength(1);
    expect(world.statuses.map(({ state }) => state)).toEqual(["pending"]);
    answer();
    expect((await ended).outputs["status-url"]).toBe("success");
  });

  it.each([
    ["is not uploaded", { failed: "the quota is used up", next: "Delete some." }, "the quota is used up. Delete some."],
    ["has no service", { unavailable: "there is no artifact service" }, "there is no artifact service"],
  ])("names an artifact that %s, and fails only where that is asked for", async (_what, outcome, why) => {
    for (const failOnUploadError of [false, true]) {
      const world = createWorld({ upload: () => outcome });
      const { publication, log } = prepare(world, { failOnUploadError });
      publication.begin(running);
      const { missing, fails, outputs } = await publication.end(reportWith("PASS"), running);
      expect(missing).toEqual([`No artifact: ${why}`]);
      expect(log.lines).toContain(`no artifact: ${why}`);
      expect(fails).toBe(failOnUploadError);
      expect(outputs).toMatchObject({ "artifact-id": "", "artifact-url": "" });
      // The status tells the verdict all the same.
      expect(world.statuses.at(-1)?.state).toBe("success");
    }
  });

  it("leaves the artifact to post where it was cancelled in the middle of the upload", async () => {
    const cancel = new AbortController();
    const world = createWorld({
      upload: () => {
        cancel.abort();
        return { failed: "it was cancelled", next: "" };
      },
    });
    const { publication } = prepare(world);
    await publication.end(reportWith("PASS"), cancel.signal);
    expect(world.left.artifact?.run).toBe(folder.run);
  });

  it("asks a token that may only read no second time, and says why there is no status", async () => {
    const world = createWorld({ status: () => ({ readOnly: "the token only reads", next: "Grant statuses: write." }) });
    const { publication, log } = prepare(world);
    publication.begin(running);
    const { missing, outputs, fails } = await publication.end(reportWith("PASS"), running);
    expect(world.statuses.map(({ state }) => state)).toEqual(["pending"]);
    expect(missing).toEqual(["No commit status: the token only reads. Grant statuses: write."]);
    expect(log.lines).toContain("no commit status: the token only reads. Grant statuses: write.");
    expect({ url: outputs["status-url"], fails }).toEqual({ url: "", fails: false });
  });

  it("uses the name, context, commit and address that are asked for", async () => {
    const world = createWorld();
    const given = { artifactName: "own", statusContext: "own/context", statusSha: "c".repeat(40) };
    const { publication } = prepare(world, { ...given, targetUrl: "https://example.org/run" });
    publication.begin(running);
    await publication.end(reportWith("PASS"), running);
    expect(world.uploads[0]?.name).toBe("own");
    expect(world.statuses[1]).toMatchObject({
      ...{ context: "own/context", sha: "c".repeat(40), targetUrl: "https://example.org/run" },
    });
  });

  it.each<[string, Partial<PublicationOptions>, { statuses: number; uploads: number }]>([
    ["no status", { commitStatus: false }, { statuses: 0, uploads: 1 }],
    ["no artifact", { upload: false }, { statuses: 2, uploads: 0 }],
    ["a status of no commit that is known", { statusSha: "0".repeat(40) }, { statuses: 0, uploads: 1 }],
  ])("with %s publishes the other, and has no record of it", async (_what, given, expected) => {
    const world = createWorld();
    const { publication } = prepare(world, given);
    expect(world.left.status === undefined).toBe(expected.statuses === 0);
    expect(world.left.artifact === undefined).toBe(expected.uploads === 0);
    publication.begin(running);
    const { fails } = await publication.end(reportWith("PASS"), running);
    expect({ statuses: world.statuses.length, uploads: world.uploads.length }).toEqual(expected);
    expect(fails).toBe(false);
  });

  it("outside of a workflow publishes nothing, and misses nothing", async () => {
    const { publication } = prepare(undefined, { failOnUploadError: true });
    publication.begin(running);
    expect(await publication.end(reportWith("PASS"), running)).toEqual({
      outputs: { "artifact-id": "", "artifact-url": "", "artifact-digest": "", "status-url": "" },
      missing: [],
      fails: false,
    });
  });
});
