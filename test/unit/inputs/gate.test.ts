/** What the step passes or blocks on: a rule that could not be applied is a mistake before the run, not a surprise after. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withTempFolder } from "../../../src/adapters/files/folders.ts";
import type { RawInputs } from "../../../src/inputs/inputs.ts";
import { type Surroundings, setUpRun } from "../../../src/setup/run-setup.ts";
import { keptLog } from "../../fakes/kept-log.ts";
import { expectOne, mistakesOf, parseInputs } from "./mistakes.ts";

const good = { mesh: "traefik-mesh", "mesh-version": "1.4.8" } as const;
const parse = (raw: RawInputs) => parseInputs({ ...good, ...raw }, { suiteVersion: "0.1.0", lookAround: false });
const prepared = (raw: RawInputs, given: Pick<Surroundings, "fetchRun"> = {}) =>
  setUpRun(
    { cluster: "embedded", ...raw },
    {
      root: ".",
      log: keptLog(),
      signal: new AbortController().signal,
      ownerPid: process.pid,
      ...given,
    },
  );

/** The example report, as one of this mesh. */
async function reportOf(mesh: string): Promise<string> {
  const report = JSON.parse(await readFile("docs/example/report.json", "utf8"));
  return JSON.stringify({ ...report, mesh: { ...report.mesh, name: mesh } });
}

describe("the gate", () => {
  it("blocks on MUST failures, and on nothing else, by default", () => {
    const { gate } = parse({});
    expect(gate).toEqual({
      failOn: "must-failures",
      minimum: { all: null, perSpec: {} },
      require: [],
      allowFailures: undefined,
      baseline: undefined,
      baselineRun: undefined,
      baselineArtifact: undefined,
    });
    expect(Object.isFrozen(gate)).toBe(true);
  });

  it("is as it is asked for", () => {
    const { gate } = parse({
      "fail-on": "regression",
      minimum: "90 traffic-access=100",
      require: "traffic-split, a/b a/b",
      "allow-failures": "known.yaml",
      "baseline-run": "123456",
      "baseline-artifact": "smi",
      token: "t",
    });
    expect(gate).toEqual({
      failOn: "regression",
      minimum: { all: 90, perSpec: { "traffic-access": 100 } },
      require: ["traffic-split", "a/b"],
      allowFailures: "known.yaml",
      baseline: undefined,
      baselineRun: "123456",
      baselineArtifact: "smi",
    });
    expect(parse({ "fail-on": "regression", baseline: "old/" }).gate.baseline).toBe("old/");
  });

  it.each([
    ["fail-on", '"always"', { "fail-on": "always" }, /must-failures, any-failure, regression, never/],
    ["fail-on", '"regression"', { "fail-on": "regression" }, /baseline-run/],
    ["minimum", '"most"', { minimum: "most" }, /traffic-split=80/],
    ["minimum", '"101"', { minimum: "101" }, /traffic-split=80/],
    ["minimum", '"traffic-magic=5"', { minimum: "traffic-magic=5" }, /traffic-split=80/],
    ["minimum", '"90"', { minimum: "90", shard: "1/2" }, /leave out minimum or shard/],
    ["baseline-run", '"7"', { baseline: "old.json", "baseline-run": "7", token: "t" }, /one of the two/],
    ["baseline-run", '"latest"', { "baseline-run": "latest", token: "t" }, /actions\/runs/],
    ["baseline-run", '"7"', { "baseline-run": "7" }, /actions: read/],
    ["baseline-artifact", '"smi"', { "baseline-artifact": "smi" }, /baseline-run/],
  ] as const)("refuses %s %s", async (input, value, raw, remedy) => {
    expectOne(await mistakesOf(() => parse(raw)), input, value, remedy);
  });

  it("knows what it requires", async () => {
    const row = "traffic-access/deny-by-default-http";
    const { gating } = await prepared({ require: `traffic-split ${row}` });
    expect(gating.policy.require).toEqual(["traffic-split", row]);
  });

  it("requires of a shard what is the shard's to run", async () => {
    const only = "traffic-access/deny-by-default-http traffic-split/weight-75-25";
    const of = (shard: string) => prepared({ only, require: `${only} traffic-split`, shard });
    const [first, second] = await Promise.all([of("1/2"), of("2/2")]);
    expect(first.gating.policy.require).toEqual(["traffic-access/deny-by-default-http"]);
    expect(second.gating.policy.require).toEqual(["traffic-split/weight-75-25", "traffic-split"]);
  });

  it("names each requirement that there is none of, with what may have been meant, and each that is left out", async () => {
    const mistakes = await mistakesOf(() =>
      prepared({ require: "traffic-access/deny-by-default-htp traffic-splits traffic-access", specs: "traffic-split" }),
    );
    expect(mistakes.map(({ input }) => input)).toEqual(["require", "require", "require"]);
    const [misspelt, noSpec, leftOut] = mistakes;
    expect(misspelt?.message).toContain('"traffic-access/deny-by-default-htp"');
    expect(misspelt?.remedy).toContain("traffic-access/deny-by-default-http,");
    expect(noSpec?.remedy).toContain("The specs are traffic-access, traffic-specs, traffic-split");
    expect(leftOut?.message).toContain('"traffic-access" is required, and specs, only and skip leave it out');
  });

  it.each([
    ["allow-failures", "/nonexistent/file", /readable/],
    ["baseline", "/nonexistent/file", /report\.json/],
  ])("needs %s to be readable", async (input, file, remedy) => {
    const mistakes = await mistakesOf(() => prepared({ [input]: file }));
    expectOne(mistakes, input, `"${file}"`, remedy);
  });

  it("reads its files before anything is created, and says all that is wrong with them and with the other inputs", async () => {
    await withTempFolder(async (folder) => {
      const known = join(folder, "known.yaml");
      await writeFile(known, "- id: a/b\n  reason: r\n  expires: 2027-02-30\n");
      const mistakes = await mistakesOf(() =>
        prepared({ "allow-failures": known, skip: "no/such", require: "no-spec" }),
      );
      expect(mistakes.map(({ input }) => input)).toEqual(["skip", "require", "allow-failures"]);
      expect(mistakes[2]?.message).toContain(`${known}:3:12: 0.expires: there is no such day`);
      await writeFile(known, "- id: a/b\n  reason: r\n  expires: 2027-02-28\n");
      expectOne(
        await mistakesOf(() => prepared({ "allow-failures": known })),
        "allow-failures",
        `${known}:1:7: 0.id: there is no assertion "a/b"`,
        /Mend/,
      );
    });
  });

  it("has what its files say", async () => {
    await withTempFolder(async (folder) => {
      const known = join(folder, "known.yaml");
      const row = "traffic-access/deny-by-default-http";
      await writeFile(known, `- id: ${row}\n  reason: issue 7\n  expires: 2027-02-28\n`);
      await writeFile(join(folder, "report.json"), await reportOf("reference"));
      const { gating } = await prepared({ "allow-failures": known, baseline: folder, "fail-on": "regression" });
      expect(gating.policy).toEqual({
        failOn: "regression",
        minimum: { all: null, perSpec: {} },
        require: [],
        allowed: [{ id: row, reason: "issue 7", expires: "2027-02-28" }],
        regression: true,
      });
      expect(gating.baseline).toMatchObject({
        source: join(folder, "report.json"),
        report: { kind: "ConformanceReport" },
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
    });
  });

  it("takes the baseline of an earlier run where there is a workflow, and says so where there is none", async () => {
    const raw = { "baseline-run": "17", token: "t" };
    const text = await reportOf("reference");
    const asked: string[] = [];
    const fetchRun = async (run: string, mesh: string) => {
      asked.push(`${run} of ${mesh}`);
      return { text, source: `run ${run}` };
    };
    expect((await prepared(raw, { fetchRun })).gating.baseline?.source).toBe("run 17");
    expect(asked).toEqual(["17 of reference"]);
    const other = async () => ({ text: await reportOf("linkerd"), source: "run 17" });
    expectOne(
      await mistakesOf(() => prepared(raw, { fetchRun: other })),
      "baseline-run",
      '"run 17" is a report of Traefik Mesh, and this run tests reference',
      /same mesh/,
    );
    expectOne(await mistakesOf(() => prepared(raw)), "baseline-run", '"17" is given outside of a workflow', /Download/);
  });
});
