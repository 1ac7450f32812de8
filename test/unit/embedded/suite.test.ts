/** What the bundled assertions say of a mesh that conforms, and how the suite runs them on it. */
import { beforeAll, describe, expect, it } from "vitest";
import { type Catalogue, readCatalogue } from "../../../src/adapters/files/catalogue.ts";
import { changesWorkloads } from "../../../src/domain/assertion/assertion.ts";
import { type EmbeddedRun, runEmbedded } from "../../fakes/embedded-suite.ts";

const GRANT = "traffic-access/http-allow-by-serviceaccount";

let catalogue: Catalogue;

beforeAll(async () => {
  catalogue = await readCatalogue("assertions");
});

/** Where the machine is busy, an answer may be late, and so may the end of a change. */
const patient: Pick<EmbeddedRun, "options" | "profile"> = {
  options: { deadlineMs: 10_000 },
  profile: { timeouts: { request: 4, datagram: 0.15 } },
};

describe("the reference mesh", () => {
  // Each compatible set of versions has its turn in `npm run mutants`.
  it("passes every assertion that applies to the newest versions", async () => {
    const { results } = await runEmbedded({ catalogue, ...patient });
    const odd = results.filter((r) => !["PASS", "OBSERVED", "NOT_APPLICABLE"].includes(r.verdict));
    expect(odd.map((r) => `${r.verdict} ${r.id}: ${r.reason}`)).toEqual([]);
    expect(results.map(({ id }) => id)).toEqual(catalogue.assertions.map(({ id }) => id));
    expect(results.filter(({ verdict }) => verdict === "PASS").length).toBeGreaterThan(results.length / 2);
    const silent = new Set(catalogue.assertions.filter(({ observed }) => observed === true).map(({ id }) => id));
    const applied = results.filter(({ verdict }) => verdict !== "NOT_APPLICABLE");
    for (const { id, verdict } of applied)
      expect(`${id} ${verdict}`).toBe(`${id} ${silent.has(id) ? "OBSERVED" : "PASS"}`);
  });

  it("returns test cells to their steady state, so that none is replaced, and leaves no namespace behind", async () => {
    const only = catalogue.assertions
      .filter((assertion) => !changesWorkloads(assertion))
      .map(({ id }) => id)
      .filter((id) => /^traffic-(access|specs)\//.test(id));
    const { namespaces, log, results } = await runEmbedded({ catalogue, only, ...patient });
    expect(results.length).toBeGreaterThanOrEqual(20);
    expect(log.filter((line) => /replaced|could not be/.test(line))).toEqual([]);
    expect(namespaces.filter((name) => name.startsWith("smi-"))).toEqual([]);
  });

  it.each([0, 200, 700])(
    "passes however long a change takes within the deadline, and shows how long: %i ms",
    async (delayMs) => {
      const { results } = await runEmbedded({ catalogue, only: [GRANT], cluster: { delayMs }, ...patient });
      expect(results.map(({ verdict }) => verdict)).toEqual(["PASS"]);
      const [change] = results[0]?.propagation ?? [];
      expect(change).toMatchObject({ inForce: true });
      // Timers may end a millisecond early.
      expect(change?.ms).toBeGreaterThanOrEqual(delayMs - 1);
      expect(change?.ms).toBeLessThan(delayMs + 2_000);
    },
  );

  it("that takes longer than the deadline does not pass", async () => {
    const { results } = await runEmbedded({
      catalogue,
      only: [GRANT],
      cluster: { delayMs: 30_000 },
      options: { deadlineMs: 1_000 },
    });
    expect(results.map(({ verdict }) => verdict)).toEqual(["FAIL"]);
    expect(results[0]?.propagation).toMatchObject([{ inForce: false, deadlineMs: 1_000 }]);
  });
});

describe("a cluster that serves no SMI kind", () => {
  it("gets NOT_APPLICABLE for every assertion", async () => {
    const { results } = await runEmbedded({ catalogue, versions: {} });
    expect(results).toHaveLength(catalogue.assertions.length);
    expect(new Set(results.map(({ verdict }) => verdict))).toEqual(new Set(["NOT_APPLICABLE"]));
  });
});
