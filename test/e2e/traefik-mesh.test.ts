/** All assertions on Traefik Mesh 1.4.8 and kind, by the action from dist/: the verdicts of the example that docs/ shows. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readBaseline } from "../../src/domain/report/baseline.ts";
import type { ConformanceReport } from "../../src/domain/report/report.ts";
import { actionOnKind, readReport } from "./support/action-on-kind.ts";

const root = join(import.meta.dirname, "..", "..");
const { job, clusterOf, expectPostCleans, states, uploadedReport, services } = actionOnKind();

/** One line an assertion, so that a difference reads well. */
const lines = ({ assertions }: ConformanceReport) => assertions.map(({ id, verdict }) => `${verdict} ${id}`);

it("does not conform: the step fails, names the assertions that failed, and hands on its report", async () => {
  const example = readBaseline(await readFile(join(root, "docs", "example", "report.json"), "utf8"));
  if ("problem" in example) throw new Error(example.problem);
  const one = await job({});
  const main = await one.run("main");
  expect(main.exitCode, main.lines.join("\n")).toBe(1);
  const cluster = clusterOf(main.state);
  const report = await readReport(main.outputs.report ?? "");
  expect(lines(report)).toEqual(lines(example.report));

  const failures = report.assertions.filter(({ verdict }) => verdict === "FAIL");
  const failed = failures.map(({ id }) => id);
  expect(main.outputs).toMatchObject({ verdict: "not-conformant", gate: "block", failed: JSON.stringify(failed) });
  const errors = main.annotations.filter(({ level }) => level === "error");
  expect(errors.map(({ title = "", message }) => `${title}: ${message.split("\n")[0]}`)).toEqual([
    ...failures.filter(({ level }) => level === "MUST").map(({ id }) => expect.stringContaining(id)),
    expect.stringContaining("Traefik Mesh 1.4.8 is not-conformant, and the gate blocks"),
  ]);
  for (const id of failed) expect(main.summary).toContain(id);
  expect(states()).toEqual(["pending", "failure"]);
  expect(services().github.statuses.at(-1)?.description).toMatch(/^Traefik Mesh v1\.4\.8: \d+\/\d+ MUST/);
  expect(await uploadedReport()).toEqual(report);
  const evidence = report.assertions.flatMap((assertion) => assertion.evidence);
  expect(evidence.length).toBeGreaterThanOrEqual(failed.length);
  for (const file of evidence) expect(existsSync(join(one.workspace, "report", file)), file).toBe(true);
  await expectPostCleans(one, cluster);
});
