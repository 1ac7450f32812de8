import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderConsole } from "../../../../src/render/terminal/console.ts";
import { diedReport, mixedReport, reportOf, resultOf } from "../../../fixtures/report.ts";
import { hostileText, reportSaying } from "../hostile.ts";

const files = ["out/report.json", "out/junit.xml"];

describe("renderConsole", () => {
  it("reads as the golden file", async () => {
    await expect(renderConsole(mixedReport(), { files })).toMatchFileSnapshot("golden/mixed.txt");
  });

  it("tells what to do when the run died, as the golden file", async () => {
    await expect(renderConsole(diedReport(), { files })).toMatchFileSnapshot("golden/died.txt");
  });

  it.each([60, 100, 140])("keeps to %i columns", (width) => {
    const shown = renderConsole(mixedReport(), { width });
    const prose = shown
      .split("\n")
      .filter((line) => !/^(?:Spec|traffic-|FAIL|INCONCLUSIVE|Reproduce|\s+traffic-)/.test(line));
    expect(Math.max(...prose.map((line) => line.length))).toBeLessThanOrEqual(width);
  });

  it("has colours only when asked, and says the same with them", () => {
    const plain = renderConsole(mixedReport(), { files });
    const coloured = renderConsole(mixedReport(), { files, colour: true });
    expect(plain).not.toContain("\u001B");
    expect(coloured).toContain("\u001B[31mNOT CONFORMANT\u001B[0m");
    expect(stripVTControlCharacters(coloured)).toBe(plain);
  });

  it("gives the reason of results that share it once", () => {
    const results = ["a", "b"].map((name) =>
      resultOf({ id: `traffic-split/${name}`, verdict: "NOT_APPLICABLE", reason: "the mesh serves no TrafficSplit" }),
    );
    expect(renderConsole(reportOf(results))).toContain(
      "NOT_APPLICABLE (2)  the mesh serves no TrafficSplit\n    traffic-split/a\n    traffic-split/b\n",
    );
  });

  it("has a table without a percentage where none applies", () => {
    const shown = renderConsole(reportOf([resultOf({ level: "MAY" })]));
    expect(shown).toMatch(/^traffic-access {2}FULL +– +1 /m);
  });

  it("lets no control sequence of the cluster through", () => {
    fc.assert(
      fc.property(hostileText, (said) => {
        const error = { phase: said, code: said, message: said, next: said };
        const shown = renderConsole(reportSaying(said, { error, reproduce: said }), { files: [said] });
        expect(shown.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }),
    );
  });
});
