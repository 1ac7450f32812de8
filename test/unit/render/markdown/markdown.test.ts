import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AssertionResult } from "../../../../src/domain/report/report.ts";
import { renderMarkdown } from "../../../../src/render/markdown/markdown.ts";
import { byteLength } from "../../../../src/render/text/bounded.ts";
import { diedReport, findingOf, mixedReport, reportOf, resultOf } from "../../../fixtures/report.ts";
import { gateOf, provenanceSaying } from "../gated.ts";
import { hostileText, reportSaying } from "../hostile.ts";

/** What a parser makes of each line before it reads what is in it. */
function structure(document: string): readonly string[] {
  return document.split("\n").map((line) => {
    const block = /^(?:#+ |\| |\s*- |> |`{3,}|<\/?details>(?:<summary>)?|$)/.exec(line)?.[0] ?? "text";
    return block === "| " ? `${block}${line.split("|").length}` : block;
  });
}

const ourTags = new Set(["<details>", "</details>", "<summary>", "</summary>", "<br>", "<code>", "</code>"]);

/** What is not within a code span or a fence. */
const prose = (document: string) => document.replace(/^(`{3,})[^`]*\n[\s\S]*?\n\1$/gm, "").replace(/`[^`\n]*`/g, "");

const balanced = (document: string) => {
  const depth = document.match(/<\/?details>/g) ?? [];
  expect(depth.filter((tag) => tag === "<details>").length).toBe(depth.length / 2);
  expect((document.match(/^`{3,}/gm) ?? []).length % 2).toBe(0);
};

const saying = (say: string) => reportSaying(say, { gate: gateOf(say), provenance: provenanceSaying(say) });

function longRow(index: number): AssertionResult {
  const long = `${index} <&|> `.repeat(400);
  return resultOf({
    id: `traffic-access/row-${index}`,
    verdict: "FAIL",
    reason: long,
    findings: Array.from({ length: 12 }, () => findingOf({ status: "violated", expected: long, observed: long })),
    evidence: Array.from({ length: 30 }, () => long),
  });
}

describe("renderMarkdown", () => {
  it("reads as the golden file", async () => {
    const whole = mixedReport();
    const rows = whole.legacy.steps.filter(({ id }) => ["access-01", "access-03"].includes(id));
    const report = {
      ...whole,
      legacy: { ...whole.legacy, steps: rows },
      gate: gateOf(),
      provenance: provenanceSaying("said"),
    };
    await expect(renderMarkdown(report)).toMatchFileSnapshot("golden/mixed.md");
  });

  it("puts the error first after the verdict when the run died, as the golden file", async () => {
    await expect(renderMarkdown(diedReport())).toMatchFileSnapshot("golden/died.md");
  });

  it("says what it means for a release, and claims no percentage of nothing", () => {
    expect(renderMarkdown(reportOf([resultOf()]))).toContain("Exit code 0");
    const shown = renderMarkdown(reportOf([resultOf({ level: "MAY", verdict: "INCONCLUSIVE" })]));
    expect(shown).toContain("## ❔ Inconclusive");
    expect(shown).toContain("was not tested by any MUST assertion that applies to it. **Exit code 3");
    expect(shown).toContain("| traffic-access | NOT ASSESSED | – |");
  });

  it("gives the matrix row, and for each failure the command that shows it again", () => {
    const shown = renderMarkdown(mixedReport());
    expect(shown).toContain(
      "| Mesh | Version | Traffic Access | Traffic Specs | Traffic Split |\n| --- | --- | --- | --- | --- |\n" +
        "| **Traefik Mesh** | `v1.4.8` | **HALF**<br>1/2 (50 %) | **NOT ASSESSED**<br>0/1 (0 %) | **FULL**<br>1/1 (100 %) |",
    );
    for (const id of ["traffic-access/targets-are-additive", "traffic-specs/path-literal"])
      expect(shown).toContain(`\`smi-conformance run --mesh traefik-mesh --mesh-version 1.4.8 --only ${id}\``);
    expect(shown).toContain("`report.html`");
  });

  it("shows the runs of an assertion that was run several times, and which part of the assertions this was", () => {
    const runs = [
      { verdict: "PASS" as const, reason: "held" },
      { verdict: "FAIL" as const, reason: "did not hold" },
    ];
    const suite = { ...mixedReport().suite, repeat: 2, shard: { index: 2, of: 3 } };
    const shown = renderMarkdown(reportOf([resultOf({ verdict: "FAIL", runs })], { suite }));
    expect(shown).toContain("| 1 | ✅ PASS | held |\n| 2 | ❌ FAIL | did not hold |");
    expect(shown).toContain("| Shard | 2 of 3 |\n| Each assertion | 2 times |");
  });

  it("shows a column of errors only where there are some", () => {
    expect(renderMarkdown(reportOf([resultOf()]))).not.toContain("💥");
    expect(renderMarkdown(reportOf([resultOf({ verdict: "ERROR", reason: "pod lost" })]))).toContain("### Errors (1)");
  });

  it("tells of failures that decide nothing as such", () => {
    expect(renderMarkdown(reportOf([resultOf({ verdict: "FAIL", level: "SHOULD" })]))).toContain(
      "none decides the verdict",
    );
    const both = [resultOf({ verdict: "FAIL", level: "SHOULD" }), resultOf({ verdict: "FAIL" })];
    expect(renderMarkdown(reportOf(both))).toContain("Those at level MUST decide the verdict: 1 of 2.");
  });

  it("marks the backend whose count is out of bounds, with the bounds", () => {
    const sample = {
      n: 400,
      falseFailure: 9.2e-9,
      bins: [{ backend: "v1", weight: 75, low: 265, high: 332, observed: 200 }],
      detects: [],
      tries: 2,
    };
    const findings = [findingOf({ status: "violated", statement: "split 75 to 25", sample })];
    const shown = renderMarkdown(reportOf([resultOf({ verdict: "FAIL", findings })]));
    expect(shown).toContain("`v1` (weight 75): 265 to 332 accepted, 200 observed ❌");
    expect(shown).toContain("400 requests, 2 tries; a correct mesh fails this with probability at most 9.2e-9");
  });

  it("keeps its structure whatever the cluster says", () => {
    const expected = structure(renderMarkdown(saying("benign")));
    fc.assert(
      fc.property(hostileText, (said) => {
        const shown = renderMarkdown(saying(`x${said}`));
        expect(structure(shown)).toEqual(expected);
      }),
    );
  });

  it("lets no tag, no code span and no control of the cluster through", () => {
    fc.assert(
      fc.property(hostileText, (said) => {
        const error = { phase: said, code: said, message: said, next: said };
        const shown = renderMarkdown({ ...saying(said), error, reproduce: said });
        expect(shown.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cs}\u202E]/u);
        expect((prose(shown).match(/<[^>]*>?/g) ?? []).filter((tag) => !ourTags.has(tag))).toEqual([]);
        expect(prose(shown)).not.toContain("`");
      }),
    );
  });
});

describe("the size of the summary", () => {
  const rule = { rule: "required", held: false, text: "<|&`".repeat(5000), ids: [] };
  const large = reportOf(
    Array.from({ length: 300 }, (_, index) => longRow(index)),
    { gate: { ...gateOf(), rules: Array.from({ length: 200 }, () => rule) } },
  );

  it("stays below the default limit with 300 long failures, and says what is missing", () => {
    const shown = renderMarkdown(large);
    expect(byteLength(shown)).toBeLessThanOrEqual(900 * 1024);
    expect(shown).toMatch(/^> ✂️ Shortened to stay below 900 KiB\. Left out: .*the findings of an assertion \(\d+\)/m);
    expect(shown).toContain("### Failed (300)");
    expect(shown).toContain("### Reproduce");
    balanced(shown);
  });

  it.each([1000, 300, 100, 40, 20])("stays well-formed below %i KiB", (kib) => {
    const shown = renderMarkdown(large, { limitBytes: kib * 1024 });
    expect(byteLength(shown)).toBeLessThanOrEqual(kib * 1024);
    expect(shown).toContain("## ❌ Not conformant");
    balanced(shown);
  });

  it("obeys even a limit that is too small to be of use", () => {
    expect(byteLength(renderMarkdown(large, { limitBytes: 300 }))).toBeLessThanOrEqual(300);
  });
});
