/** Clusters on which nothing may pass, and what the suite says of them: no row passes for nothing. */
import { beforeAll, describe, expect, it } from "vitest";
import { type Catalogue, readCatalogue } from "../../../src/adapters/files/catalogue.ts";
import type { Assertion } from "../../../src/domain/assertion/assertion.ts";
import { newestVersions } from "../../../src/embedded/api/definitions.ts";
import { type EmbeddedResult, runEmbedded } from "../../fakes/embedded-suite.ts";
import {
  allowRows,
  behaviourRows,
  denyRows,
  idsOf,
  serverSendsRows,
  unevenRows,
  weightRows,
} from "../../fakes/row-kinds.ts";
import { scaledToZero } from "../../fakes/without-servers.ts";

/** Milliseconds until a change that never comes is given up. */
const DEADLINE_MS = 300;
/** Where the machine is busy, an answer may be late, and so may a cell be at rest. */
const patient = { timeouts: { request: 4, datagram: 1 }, propagation: { deadline: 10 } };
/** The whole suite on a mesh that answers nothing, where each row waits for its deadlines. */
const PATIENCE_MS = 120_000;

let catalogue: Catalogue;
let behaviour: readonly string[];

beforeAll(async () => {
  catalogue = await readCatalogue("assertions");
  behaviour = idsOf(behaviourRows(catalogue));
});

const lines = ({ results }: EmbeddedResult, verdicts: readonly string[]) =>
  results.filter((r) => verdicts.includes(r.verdict)).map((r) => `${r.verdict} ${r.id}: ${r.reason}`);

/** The rows with the reasons of those that are otherwise, so that a failed comparison says why. Some apply to older versions alone. */
function expectAll(run: EmbeddedResult, ids: readonly string[], ...verdicts: readonly string[]): void {
  const applicable = run.results.filter((r) => ids.includes(r.id) && r.verdict !== "NOT_APPLICABLE");
  expect(applicable.length).toBeGreaterThan(ids.length / 2);
  const odd = applicable.filter(({ verdict }) => !verdicts.includes(verdict));
  expect(odd.map((r) => `${r.verdict} ${r.id}: ${r.reason}`)).toEqual([]);
}

describe.each([
  ["the newest versions", newestVersions],
  ["the versions of Traefik Mesh", { access: ["v1alpha2"], specs: ["v1alpha3"], split: ["v1alpha3"] } as const],
])("definitions of %s without a mesh", (_, versions) => {
  it("pass no behaviour row, and fail every deny and every weight row", { timeout: PATIENCE_MS }, async () => {
    const run = await runEmbedded({
      ...{ catalogue, only: behaviour, versions },
      cluster: { mesh: "none" },
      profile: patient,
      options: { deadlineMs: DEADLINE_MS },
    });
    const [deny, weight] = [idsOf(denyRows(catalogue)), idsOf(weightRows(catalogue))];
    expect([deny.length >= 10, weight.length >= 6]).toEqual([true, true]);
    expectAll(run, [...deny, ...weight], "FAIL");
    expect(lines(run, ["PASS", "ERROR"])).toEqual([]);
    // Kubernetes alone spreads requests too: only the data plane's missing mark tells.
    expect(run.verdicts(["traffic-split/no-split-default"])).toEqual({
      "traffic-split/no-split-default": "INCONCLUSIVE",
    });
  });
});

describe("a policy that drops everything", () => {
  it("fails the allow rows, leaves the deny rows open, and passes none", { timeout: PATIENCE_MS }, async () => {
    const isRestless = ({ fixture }: Assertion) =>
      catalogue.fixtures.get(fixture)?.steadyState.some(({ is }) => is === "ok") === true;
    const rows = behaviourRows(catalogue);
    // What is dropped is dropped however long one waits.
    const dropped = { timeouts: { request: 0.1, datagram: 0.05 } };
    const run = await runEmbedded({
      catalogue,
      only: idsOf(rows.filter((row) => !isRestless(row))),
      cluster: { mesh: "deny-all" },
      profile: { ...patient, ...dropped },
      options: { deadlineMs: DEADLINE_MS },
    });
    const ran = run.results.map(({ id }) => id);
    const allow = idsOf(allowRows(catalogue)).filter((id) => ran.includes(id));
    const deny = idsOf(denyRows(catalogue)).filter((id) => ran.includes(id) && !allow.includes(id));
    expect([allow.length >= 5, deny.length >= 2]).toEqual([true, true]);
    expectAll(run, allow, "FAIL");
    expectAll(run, deny, "INCONCLUSIVE");
    expectAll(run, ran, "FAIL", "INCONCLUSIVE");

    // A cell that has to answer something before it is at rest never is: its rows get no further.
    const restless = idsOf(rows.filter(isRestless));
    const others = await runEmbedded({
      catalogue,
      only: restless,
      cluster: { mesh: "deny-all" },
      profile: { ...dropped, propagation: { deadline: 0.3 } },
      options: { deadlineMs: DEADLINE_MS },
    });
    expectAll(others, restless, "ERROR");
  });
});

describe("servers that are scaled to 0", () => {
  it("leave every behaviour row inconclusive", { timeout: PATIENCE_MS }, async () => {
    const run = await runEmbedded({
      catalogue: { ...catalogue, fixtures: scaledToZero(catalogue.fixtures) },
      only: behaviour,
      profile: patient,
      options: { deadlineMs: DEADLINE_MS },
    });
    expect(run.results.map(({ id }) => id)).toEqual(behaviour);
    const sending = idsOf(serverSendsRows(catalogue));
    expectAll(run, sending, "INCONCLUSIVE", "ERROR");
    expectAll(
      run,
      behaviour.filter((id) => !sending.includes(id)),
      "INCONCLUSIVE",
    );
  });
});

describe("a splitter that ignores weights", () => {
  it("fails every row whose weights differ", { timeout: PATIENCE_MS }, async () => {
    const uneven = idsOf(unevenRows(catalogue));
    expect(uneven.length).toBeGreaterThanOrEqual(6);
    const run = await runEmbedded({
      catalogue,
      only: uneven,
      cluster: { faults: { ignoresWeights: true } },
      profile: patient,
      options: { deadlineMs: DEADLINE_MS },
    });
    expectAll(run, uneven, "FAIL");
  });
});
