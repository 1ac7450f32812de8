import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { readBaselineFile } from "../../../../src/domain/matrix/baseline-source.ts";
import { readSources, sourceProblems } from "../../../../src/domain/matrix/source.ts";
import { readReport } from "../../../../src/domain/report/read-report.ts";
import { verifyReport } from "../../../../src/domain/report/verify.ts";
import { refusedReports, slowReports } from "../../../fixtures/hostile/reports.ts";

const sound = {
  v1: await readFile(new URL("../../../fixtures/reports/v1.json", import.meta.url), "utf8"),
  v2: await readFile(new URL("../../../../docs/example/report.json", import.meta.url), "utf8"),
};
/** Milliseconds, on a machine that is busy with other tests. */
const PROMPT_MS = 15_000;

async function promptly<T>(act: () => T): Promise<T> {
  const start = performance.now();
  const result = act();
  expect(performance.now() - start).toBeLessThan(PROMPT_MS);
  return result;
}

describe.each(Object.entries(sound))("a report like %s", (_, report) => {
  it("is read as it is", () => {
    expect(readReport(report)).toHaveProperty("report");
  });

  it.each(refusedReports)("with %s is refused, with a reason", async (_, make) => {
    const text = make(report);
    const read = await promptly(() => readReport(text));
    expect(read).toMatchObject({ why: expect.stringMatching(/^.{5,300}$/s) });
    expect(await promptly(() => readBaselineFile(text))).toHaveProperty("problem");
  });

  it.each(slowReports)("with %s is found wrong in time", async (_, make) => {
    const text = make(report);
    const read = await promptly(() => readReport(text));
    if (!("report" in read)) throw new Error(read.why);
    const input = { ...read, sha256: "", catalogue: { digest: "", assertions: [] } };
    expect((await promptly(() => verifyReport(input))).mismatches).not.toEqual([]);
    const [source] = readSources([{ path: "report.json", named: true, text, sha256: "1" }]).sources;
    if (source === undefined) throw new Error("not a source");
    await promptly(() => sourceProblems(source));
  });
});
