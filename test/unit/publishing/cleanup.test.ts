import { describe, expect, it } from "vitest";
import type { SavedState } from "../../../src/domain/github/unfinished.ts";
import { type CleanupDeps, cleanUp } from "../../../src/publishing/cleanup.ts";
import { keptLog } from "../../fakes/kept-log.ts";
import { createWorld, RUN_URL } from "../../fakes/publishing-world.ts";

const status = {
  ...{ sha: "a".repeat(40), context: "smi/x" },
  ...{ targetUrl: RUN_URL, title: "Traefik Mesh", version: "1.4.8" },
};
const artifact = { name: "report-attempt-2", run: "0c8c7dbe-5e23-4594-a198-b786c4bc13da", retentionDays: null };
const cluster = { name: "smi-1", keep: false };

interface Kind {
  readonly existing: readonly string[];
  readonly deleted: string[];
}

/** Cleans up after a main that left this; each port is loaded only if it is needed. */
async function cleaned(
  left: Partial<SavedState>,
  world = createWorld(),
  given: { readonly kind?: Kind; readonly files?: readonly string[] } = {},
) {
  const log = keptLog();
  const loaded: string[] = [];
  const { kind = { existing: [], deleted: [] }, files = ["report.json"] } = given;
  const deps: CleanupDeps = {
    state: { read: () => ({ cluster: undefined, status: undefined, artifact: undefined, unreadable: [], ...left }) },
    log,
    async kind() {
      loaded.push("kind");
      return {
        list: async () => kind.existing,
        async delete(name: string) {
          kind.deleted.push(name);
        },
      };
    },
    async publisher() {
      loaded.push("publisher");
      return world.workflow.publisher;
    },
    async artifacts() {
      loaded.push("artifacts");
      return world.workflow.artifacts;
    },
    reportFiles: async (run) => ({ folder: "/reports/1", files: run === artifact.run ? files : [] }),
    runUrl: () => RUN_URL,
  };
  await cleanUp(deps);
  return { lines: log.lines, loaded };
}

describe("the clean-up", () => {
  it("loads nothing where nothing was left", async () => {
    expect(await cleaned({})).toEqual({ lines: [], loaded: [] });
  });

  it("ends a status that was left pending", async () => {
    const world = createWorld();
    const { lines } = await cleaned({ status }, world);
    expect(world.statuses).toEqual([
      {
        ...{ sha: status.sha, context: "smi/x", targetUrl: RUN_URL, state: "error" },
        description: "Traefik Mesh v1.4.8: no verdict, the run was cancelled or died",
      },
    ]);
    expect(lines).toEqual([expect.stringMatching(/^set the commit status "smi\/x" to error: /)]);
  });

  it("warns of a status that may be left pending", async () => {
    const world = createWorld({ status: () => ({ failed: "GitHub does not answer", next: "Run again." }) });
    const { lines } = await cleaned({ status }, world);
    expect(lines).toEqual(['the commit status "smi/x" may be left pending: GitHub does not answer. Run again.']);
  });

  it("uploads what there is of a report, by another name where its own is taken by half an upload", async () => {
    const world = createWorld();
    const { lines } = await cleaned({ artifact }, world);
    expect(world.uploads).toEqual([
      {
        ...{ name: "report-attempt-2", otherName: "report-again-attempt-2", folder: "/reports/1" },
        files: ["report.json"],
        ...{ retentionDays: undefined, runUrl: RUN_URL },
      },
    ]);
    expect(lines).toEqual(["uploaded report-attempt-2: https://github.com/octo/mesh/artifacts/42"]);
  });

  it.each([
    [
      "is uploaded already",
      { failed: "taken", next: "", taken: true as const },
      "report-attempt-2 is uploaded already",
    ],
    [
      "can't be uploaded",
      { failed: "the quota is used up", next: "Delete." },
      "no artifact: the quota is used up. Delete.",
    ],
  ])("says that an artifact %s", async (_what, outcome, line) => {
    expect((await cleaned({ artifact }, createWorld({ upload: () => outcome }))).lines).toEqual([line]);
  });

  it("uploads nothing where the run wrote nothing", async () => {
    const { lines, loaded } = await cleaned({ artifact }, createWorld(), { files: [] });
    expect(loaded).toEqual([]);
    expect(lines).toEqual(["the run ended before it wrote anything, so there is no artifact"]);
  });

  it("deletes the cluster of the run with the program that made it, and no other", async () => {
    const kind = { existing: ["other", "smi-1"], deleted: [] };
    const { lines, loaded } = await cleaned({ cluster }, createWorld(), { kind });
    expect(loaded).toEqual(["kind"]);
    expect(kind.deleted).toEqual(["smi-1"]);
    expect(lines).toEqual(["deleted cluster smi-1"]);
  });

  it("ends each of them, also where another one cannot be ended", async () => {
    const world = createWorld({ status: () => ({ failed: "no", next: "" }), upload: () => ({ unavailable: "none" }) });
    const kind = { existing: ["smi-1"], deleted: [] };
    const { lines } = await cleaned({ cluster, status, artifact }, world, { kind });
    expect(kind.deleted).toEqual(["smi-1"]);
    expect(lines).toHaveLength(3);
  });

  it("tells what main's record does not say, and ends the rest", async () => {
    const kind = { existing: ["smi-1"], deleted: [] };
    const { lines, loaded } = await cleaned({ cluster, unreadable: ["status"] }, createWorld(), { kind });
    expect(lines).toEqual([
      "what main saved about the status cannot be read, and is left alone",
      "deleted cluster smi-1",
    ]);
    expect(loaded).toEqual(["kind"]);
  });
});
