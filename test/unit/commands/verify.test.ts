import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCatalogue } from "../../../src/adapters/files/catalogue.ts";
import { verifyCommand } from "../../../src/commands/verify.ts";
import { TEST_RESULT_FILE, testResultStatement } from "../../../src/domain/report/in-toto.ts";
import type { ConformanceReport } from "../../../src/domain/report/report.ts";
import { embeddedReport } from "../../fakes/embedded-report.ts";
import { sha256Of } from "../../fixtures/report-files.ts";
import { expectOne, mistakesOf } from "../inputs/mistakes.ts";

let folder: string;
let report: ConformanceReport;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "smi-verify-"));
  report = await embeddedReport(await readCatalogue("assertions"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...argv: readonly string[]) {
  let printed = "";
  const code = await verifyCommand(argv, {
    bundled: "assertions",
    print: (text) => {
      printed += text;
    },
  });
  return { code, printed };
}

async function put(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

describe("verify", () => {
  it("exits with 0 for a report that agrees with itself, by its path or its folder", async () => {
    const path = await put("report.json", report);
    expect(await run(path)).toMatchObject({ code: 0 });
    const { code, printed } = await run(folder);
    expect(code).toBe(0);
    expect(printed).toContain("everything matches");
    expect(printed).toContain("an in-toto statement: there is none beside the report");
  });

  it("compares the statement beside it with the bytes of the report", async () => {
    const text = `${JSON.stringify(report, null, 2)}\n`;
    const path = await put("report.json", text);
    await put(TEST_RESULT_FILE, testResultStatement(report, sha256Of(text)));
    expect(await run(path)).toMatchObject({ code: 0 });
    // The same report by other bytes is not what was stated.
    await put("report.json", report);
    const { code, printed } = await run(path);
    expect(code).toBe(1);
    expect(printed).toContain("test-result.intoto.json: subject[0].digest.sha256");
    await put(TEST_RESULT_FILE, "{");
    expectOne(await mistakesOf(() => run(path)), "verify", "is not JSON", /^Take it from/);
    await rm(join(folder, TEST_RESULT_FILE));
  });

  it("exits with 1 and names each mismatch with what is claimed and what was recomputed", async () => {
    const path = await put("forged.json", { ...report, verdict: "conformant", percentage: 100 });
    const { code, printed } = await run(path);
    expect(code).toBe(1);
    expect(printed).toMatch(/percentage\n\s+claimed\s+100\n\s+recomputed\s+\d/);
    expect(printed).toMatch(/verdict\n\s+claimed\s+"conformant"\n\s+recomputed\s+"not-conformant"/);
  });

  it("says what to do where the report is of other assertions", async () => {
    const suite = { ...report.suite, assertions: "0".repeat(64) };
    const { code, printed } = await run(await put("older.json", { ...report, suite }));
    expect(code).toBe(1);
    expect(printed).toContain("give those with --assertions");
  });

  it.each([
    ["no report", () => [], "no report is given"],
    ["two reports", () => ["x", "y"], "more than one report"],
    ["a path that is not there", () => [join(folder, "nowhere")], "ENOENT"],
    ["an option that there is not", () => ["x", "--nothing"], "--nothing"],
    [
      "a file that is cut off",
      async () => [await put("cut.json", JSON.stringify(report).slice(0, 400))],
      "ends in the middle",
    ],
    ["a file that is no report", async () => [await put("list.json", { kind: "List" })], "its kind is"],
    [
      "a baseline that is no report",
      async () => [await put("r.json", report), "--baseline", await put("b.json", {})],
      "--baseline",
    ],
  ] as const)("refuses %s as bad input", async (_, argv, told) => {
    const mistakes = await mistakesOf(async () => run(...(await argv())));
    expect(mistakes.map(({ message }) => message).join("\n")).toContain(told);
  });

  it("names every mistake at once", async () => {
    const argv = [
      await put("list.json", { kind: "List" }),
      "--baseline",
      "none.json",
      "--assertions",
      "none",
      "--bogus",
    ];
    const mistakes = await mistakesOf(() => run(...argv));
    expect(mistakes.map(({ input }) => input)).toEqual(["assertions", "--bogus", "verify", "--baseline"]);
  });
});
