/** Assertions that are run several times: the worst run decides the verdict, and each run is in the result. */
import { beforeAll, describe, expect, it } from "vitest";
import { type Catalogue, readCatalogue } from "../../../../src/adapters/files/catalogue.ts";
import type { Assertion } from "../../../../src/domain/assertion/assertion.ts";
import { flakyIds } from "../../../../src/domain/report/repeat.ts";
import type { AssertionResult } from "../../../../src/domain/report/report.ts";
import { newestVersions } from "../../../../src/embedded/api/definitions.ts";
import { type EmbeddedRun, runEmbedded } from "../../../fakes/embedded-suite.ts";
import { type Admit, frozenBy, losingConnectionAt, refusing, watched } from "../../../fakes/watched-cluster.ts";

const deny = "traffic-access/deny-by-default-http";
const allow = "traffic-access/http-allow-by-serviceaccount";
const tcp = "traffic-access/tcp-allow-by-serviceaccount";

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await readCatalogue("assertions");
});

/** On the reference mesh; the namespaces are those that were made. */
async function run({ admit, ...given }: Partial<EmbeddedRun> & { readonly admit?: Admit }) {
  const namespaces: (readonly string[])[] = [];
  const through: EmbeddedRun["through"] = (inner) => {
    const cluster = watched(inner, admit);
    namespaces.push(cluster.namespaces);
    return cluster;
  };
  const result = await runEmbedded({ catalogue, through, ...given });
  return { ...result, namespaces: namespaces.flat() };
}

const runsOf = (result: AssertionResult | undefined) => result?.runs?.map(({ verdict }) => verdict);

describe("an assertion that is run three times", () => {
  it.each([1, 3])("is one result, with each run, in %i cells", async (parallel) => {
    const told: string[] = [];
    const ids = [deny, allow, tcp];
    const { results } = await run({
      only: ids,
      options: { parallel, repeat: 3, onResult: ({ id }) => told.push(id) },
    });
    const inOrder = catalogue.assertions.map(({ id }) => id).filter((id) => ids.includes(id));
    expect(results.map(({ id }) => id)).toEqual(inOrder);
    expect(told.toSorted()).toEqual(ids.toSorted());
    for (const result of results) {
      expect(result.verdict).toBe("PASS");
      expect(runsOf(result)).toEqual(["PASS", "PASS", "PASS"]);
    }
    expect(flakyIds(results)).toEqual([]);
  });

  it("has no runs where it is run once, as if nothing were said", async () => {
    const { results } = await run({ only: [deny], options: { repeat: 1 } });
    expect(results.map(({ verdict, runs }) => [verdict, runs])).toEqual([["PASS", undefined]]);
  });

  it("is run round by round, in the same cell where that is given back", async () => {
    const { results, namespaces, log } = await run({ only: [deny, allow], options: { parallel: 1, repeat: 2 } });
    expect(namespaces).toEqual(["smi-r1-access-1"]);
    const told = log.flatMap((line) => /access-1 {2}(\S+ {2}run \d of 2: \S+)$/.exec(line)?.[1] ?? []);
    const round = (n: number) => results.map(({ id }) => `${id}  run ${n} of 2: PASS`);
    expect(told).toEqual([...round(1), ...round(2)]);
  });

  it.each([1, 2, 3])(
    "fails where run %i fails, with that run's findings and evidence, and is named as flaky",
    async (n) => {
      const kept: string[] = [];
      const { results } = await run({
        only: [allow],
        admit: refusing("TrafficTarget", "the webhook had a bad day", n),
        options: {
          parallel: 1,
          repeat: 3,
          keepEvidence: async ({ verdict }, cell) => {
            kept.push(`${verdict} in ${cell?.id}`);
            return ["evidence/file"];
          },
        },
      });
      const [result] = results;
      expect(result?.verdict).toBe("FAIL");
      expect(runsOf(result)).toEqual([1, 2, 3].map((at) => (at === n ? "FAIL" : "PASS")));
      expect(result?.reason).toMatch(/^FAIL in 1 of 3 runs, PASS in 2: .*the webhook had a bad day/);
      expect(result?.findings.some(({ status }) => status === "violated")).toBe(true);
      expect(result?.evidence).toEqual(["evidence/file"]);
      expect(kept).toEqual(["FAIL in access-1"]);
      expect(flakyIds(results)).toEqual([allow]);
    },
  );

  it("that fails each time keeps the evidence of the first", async () => {
    const kept: number[] = [];
    const { results } = await run({
      only: ["traffic-specs/method-allow-list"],
      cluster: { faults: { ignoresMethods: true } },
      options: {
        parallel: 1,
        repeat: 3,
        keepEvidence: async ({ startedMs }) => {
          kept.push(startedMs);
          return [`evidence/${kept.length}`];
        },
      },
    });
    expect(runsOf(results[0])).toEqual(["FAIL", "FAIL", "FAIL"]);
    expect(results[0]).toMatchObject({ evidence: ["evidence/1"], startedMs: kept[0] });
    expect(flakyIds(results)).toEqual([]);
  });

  it("is an ERROR where a run of it throws, and its other runs are in a new cell", async () => {
    const { results, namespaces } = await run({
      only: [allow],
      options: { parallel: 1, repeat: 3 },
      admit: losingConnectionAt("TrafficTarget"),
    });
    expect(results[0]?.verdict).toBe("ERROR");
    expect(runsOf(results[0])).toEqual(["ERROR", "PASS", "PASS"]);
    expect(namespaces).toEqual(["smi-r1-access-1", "smi-r1-access-1-2"]);
  });

  it("is run by itself each time where it is exclusive", async () => {
    const exclusive = (a: Assertion): Assertion => (a.id === allow ? { ...a, exclusive: true } : a);
    const assertions = catalogue.assertions.filter(({ id }) => id === allow || id === deny).map(exclusive);
    const { results } = await run({ catalogue: { ...catalogue, assertions }, options: { repeat: 2 } });
    const [other, alone] = [deny, allow].map((id) => results.find((result) => result.id === id));
    expect([runsOf(other), runsOf(alone)]).toEqual([
      ["PASS", "PASS"],
      ["PASS", "PASS"],
    ]);
    expect(alone?.startedMs).toBeGreaterThanOrEqual((other?.startedMs ?? 0) + (other?.durationMs ?? 0) / 2);
  });

  it("that does not apply is said once", async () => {
    const told: string[] = [];
    const { results } = await run({
      versions: { split: newestVersions.split ?? [] },
      only: [deny],
      options: { repeat: 5, onResult: ({ verdict }) => told.push(verdict) },
    });
    expect(told).toEqual(["NOT_APPLICABLE"]);
    expect(results.map(({ verdict, runs }) => [verdict, runs])).toEqual([["NOT_APPLICABLE", undefined]]);
  });

  it("gives what is known of it when the suite is stopped", async () => {
    const stop = new AbortController();
    const results: AssertionResult[] = [];
    let targets = 0;
    const work = run({
      only: [allow],
      admit: (object) => {
        if (object.kind === "TrafficTarget") targets += 1;
        if (targets === 3) stop.abort(new Error("interrupted by the user"));
        return undefined;
      },
      options: { parallel: 1, repeat: 5, signal: stop.signal, onResult: (result) => results.push(result) },
    });
    await expect(work).rejects.toThrow("interrupted by the user");
    expect(results.map(({ id }) => id)).toEqual([allow]);
    expect(runsOf(results[0])).toEqual(["PASS", "PASS"]);
  });
});

it("runs for which others may be the reason are each repeated alone", async () => {
  const named = (id: string, name: string): Assertion => {
    const model = catalogue.assertions.find((a) => a.id === allow) as Assertion;
    const rename = (phase: Assertion["phases"][number]) => ({
      ...phase,
      changes: phase.changes.map((step) =>
        "apply" in step
          ? { apply: step.apply.map((r) => ("trafficTarget" in r ? { ...r, trafficTarget: name } : r)) }
          : step,
      ),
    });
    return { ...model, id, phases: model.phases.map(rename) };
  };
  const assertions = [named("x/freezes", "poison"), named("x/innocent", "plain")];
  const { results } = await run({
    catalogue: { ...catalogue, assertions },
    through: (cluster) => frozenBy("poison", cluster),
    options: { parallel: 2, repeat: 2 },
  });
  expect(results.map((result) => [result.id, result.verdict, runsOf(result)])).toEqual([
    ["x/freezes", "FAIL", ["FAIL", "FAIL"]],
    ["x/innocent", "PASS", ["PASS", "PASS"]],
  ]);
  expect(results.map(({ parallelAttempt }) => parallelAttempt?.verdict)).toEqual(["FAIL", "FAIL"]);
});
