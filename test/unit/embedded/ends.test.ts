/** A run on the embedded cluster leaves nothing behind, however it ends. */
import { createServer } from "node:net";
import { expect, it } from "vitest";
import { systemClock } from "../../../src/adapters/clock.ts";
import { withTempFolder } from "../../../src/adapters/files/folders.ts";
import { exitCodes } from "../../../src/domain/report/verdict.ts";
import { newestVersions } from "../../../src/embedded/api/definitions.ts";
import { createEmbeddedCluster } from "../../../src/embedded/cluster.ts";
import { defaultChoices } from "../../../src/embedded/reference/open-choices.ts";
import type { ClosableCluster } from "../../../src/engine/run/plan.ts";
import { runConformance } from "../../../src/engine/run/run-conformance.ts";
import { InfrastructureError } from "../../../src/errors.ts";
import { setUpRun } from "../../../src/setup/run-setup.ts";
import { keptLog } from "../../fakes/kept-log.ts";

const LIMIT_MS = 60_000;
/** Outside of those that clusters take by themselves, and of those of the kill matrix. */
const BLOCK = 250;

const start = (block: number) =>
  createEmbeddedCluster({
    versions: newestVersions,
    mesh: "reference",
    faults: {},
    choices: defaultChoices,
    delayMs: 5,
    seed: 1,
    clock: systemClock,
    block,
  });

/** Runs one assertion; `around` sees the cluster start and end. */
async function run(begin: () => Promise<ClosableCluster>, stop?: AbortController) {
  let closed = 0;
  const report = await withTempFolder(async (folder) => {
    const { plan, deps } = await setUpRun(
      { cluster: "embedded", only: "traffic-access/deny-by-default-http", "report-dir": folder },
      {
        root: ".",
        log: keptLog(),
        signal: stop?.signal ?? new AbortController().signal,
        ownerPid: process.pid,
      },
    );
    const startCounted = async () => {
      const cluster = await begin();
      return { ...cluster, close: () => cluster.close().then(() => void closed++) };
    };
    return runConformance(
      { ...plan, cluster: { provider: "embedded", name: "in process", start: startCounted } },
      deps,
    );
  });
  return { report, closed };
}

it(
  "it ends the cluster when the suite is done, and its addresses can be had again",
  async () => {
    for (const _ of [1, 2]) {
      const { report, closed } = await run(() => start(BLOCK));
      expect(report.verdict, report.reason).toBe("conformant");
      expect(closed).toBe(1);
    }
  },
  LIMIT_MS,
);

it(
  "it ends the cluster when it is interrupted",
  async () => {
    const stop = new AbortController();
    const { report, closed } = await run(async () => {
      const cluster = await start(BLOCK + 1);
      return {
        ...cluster,
        apply: (...given: Parameters<ClosableCluster["apply"]>) => {
          stop.abort(new InfrastructureError("interrupted", "stopped by SIGINT", "Run again."));
          return cluster.apply(...given);
        },
      };
    }, stop);
    expect(report).toMatchObject({ verdict: "error", error: { code: "interrupted" } });
    expect(closed).toBe(1);
    await (await start(BLOCK + 1)).close();
  },
  LIMIT_MS,
);

it(
  "it says whose address is in the way, with exit code 3, and does not keep the others",
  async () => {
    const first = await start(BLOCK + 2);
    const { report, closed } = await run(() => start(BLOCK + 2));
    expect(report).toMatchObject({ verdict: "error", error: { phase: "cluster", code: "address-in-use" } });
    expect(report.error?.message).toContain(`127.${BLOCK + 2}.`);
    expect(report.error?.next).toMatch(/another block/);
    expect(exitCodes[report.verdict]).toBe(3);
    expect(closed).toBe(0);
    await first.close();
    await (await start(BLOCK + 2)).close();
  },
  LIMIT_MS,
);

it("a stranger on a port of the pods is found before anything starts", async () => {
  const stranger = createServer();
  await new Promise<void>((resolve, reject) => {
    stranger.once("error", reject);
    // The address on which a cluster tries whether its pods can have their ports.
    stranger.listen({ host: `127.${BLOCK + 3}.0.1`, port: 8080 }, resolve);
  });
  try {
    await expect(start(BLOCK + 3)).rejects.toMatchObject({
      code: "address-in-use",
      advice: expect.stringContaining("8080"),
    });
  } finally {
    await new Promise((resolve) => stranger.close(resolve));
  }
  await (await start(BLOCK + 3)).close();
});
