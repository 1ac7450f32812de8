/** A run of one shard, with assertions repeated: its report says what was to run, of which part, and how often. On a failing mesh. */
import { access } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { withTempFolder } from "../../../src/adapters/files/folders.ts";
import { type ConformanceReport, reportSchema } from "../../../src/domain/report/report.ts";
import { runConformance } from "../../../src/engine/run/run-conformance.ts";
import type { RawInputs } from "../../../src/inputs/inputs.ts";
import { setUpRun } from "../../../src/setup/run-setup.ts";
import { keptLog } from "../../fakes/kept-log.ts";

const LIMIT_MS = 120_000;
const ids = ["resource/crd-traffictarget", "traffic-specs/method-allow-list", "traffic-split/no-split-default"];

interface Run {
  readonly report: ConformanceReport;
  readonly log: readonly string[];
  readonly hasEvidence: boolean;
}

async function run(raw: RawInputs): Promise<Run> {
  return withTempFolder(async (folder) => {
    const log = keptLog();
    const { plan, deps } = await setUpRun(
      { cluster: "embedded", mutant: "ignores-methods", only: ids.join(" "), "report-dir": folder, ...raw },
      { root: ".", log, signal: new AbortController().signal, ownerPid: process.pid },
    );
    const report = await runConformance(plan, deps);
    const hasEvidence = await access(join(folder, "evidence")).then(
      () => true,
      () => false,
    );
    return {
      report: reportSchema.parse(JSON.parse(JSON.stringify(report))) as ConformanceReport,
      log: log.lines,
      hasEvidence,
    };
  });
}

it(
  "has a report of its own assertions, each with its runs",
  async () => {
    const whole = await run({});
    const shards = [
      await run({ shard: "1/2", repeat: "2", evidence: "none" }),
      await run({ shard: "2/2", repeat: "2" }),
    ];
    expect(whole.report.suite).toMatchObject({ planned: ids, repeat: 1, selected: 3 });
    expect(whole.report.suite.shard).toBeUndefined();
    expect(shards.map(({ report }) => report.suite.shard)).toEqual([
      { index: 1, of: 2 },
      { index: 2, of: 2 },
    ]);
    expect(shards.map(({ report }) => report.suite.planned)).toEqual([[ids[0], ids[2]], [ids[1]]]);
    for (const { report } of [whole, ...shards]) {
      expect(report.error).toBeUndefined();
      expect(report.assertions.map(({ id }) => id)).toEqual(report.suite.planned);
      expect(report.suite.selected).toBe(report.assertions.length);
    }
    const verdicts = new Map(whole.report.assertions.map(({ id, verdict }) => [id, verdict]));
    expect(verdicts.get("traffic-specs/method-allow-list")).toBe("FAIL");
    for (const { report, log } of shards) {
      expect(report.suite.repeat).toBe(2);
      for (const { id, verdict, runs } of report.assertions) {
        expect([id, verdict]).toEqual([id, verdicts.get(id)]);
        expect(runs?.map((one) => one.verdict)).toEqual([verdict, verdict]);
      }
      expect(log.join("\n")).toMatch(/0 of \d assertions gave more than one verdict in 2 runs/);
      expect(log.join("\n")).toMatch(/Running \d assertions \(shard \d\/2\), 2 times each/);
      expect(report.reproduce).toContain(`--shard ${report.suite.shard?.index}/2`);
      expect(report.reproduce).toContain("--repeat 2");
    }
  },
  LIMIT_MS,
);

it(
  "keeps evidence of what failed, unless none is asked for",
  async () => {
    const [kept, none] = [await run({}), await run({ evidence: "none" })];
    expect(kept.hasEvidence).toBe(true);
    expect(none.hasEvidence).toBe(false);
    const evidenceOf = ({ report }: Run) => [
      ...report.evidence,
      ...report.assertions.flatMap(({ evidence }) => evidence),
    ];
    expect(evidenceOf(kept).length).toBeGreaterThan(0);
    expect(evidenceOf(none)).toEqual([]);
    expect(none.report.assertions.map(({ verdict }) => verdict)).toEqual(
      kept.report.assertions.map(({ verdict }) => verdict),
    );
  },
  LIMIT_MS,
);
