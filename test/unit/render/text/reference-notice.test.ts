/** A verdict on the reference mesh must not be taken for one of a mesh of the reader's. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderJUnit } from "../../../../src/render/junit.ts";
import { renderMarkdown } from "../../../../src/render/markdown/markdown.ts";
import { renderConsole } from "../../../../src/render/terminal/console.ts";
import { realRun } from "../../../../src/render/text/reference-notice.ts";
import { mixedReport } from "../../../fixtures/report.ts";
import { hostileText } from "../hostile.ts";

const embedded = (mutant?: { readonly name: string; readonly title: string }) => {
  const report = mixedReport();
  return {
    ...report,
    mesh: { ...report.mesh, title: "Reference mesh", ...(mutant && { mutant }) },
    cluster: { ...report.cluster, provider: "embedded" as const, nodeImage: null, kind: null },
  };
};
const flat = (text: string) => text.replace(/\s+/g, " ");
const own = "project's own reference mesh, which runs in this process, and not a mesh of yours.";

describe("a report of the embedded cluster", () => {
  it("says in the first lines whose verdict it is, and how to judge a mesh", () => {
    const markdown = renderMarkdown(embedded()).split("\n");
    expect(markdown[0]).toContain("Reference mesh");
    expect(markdown[2]).toContain(own);
    expect(markdown[2]).toContain(`\`${realRun.command}\``);
    const shown = renderConsole(embedded(), { width: 200 }).split("\n");
    expect(shown.slice(0, 3).join("\n")).toContain(own);
  });

  it("ends on a terminal with a command that can be pasted, however narrow it is", () => {
    expect(renderConsole(embedded(), { width: 40 }).trimEnd().split("\n").at(-1)).toBe(`  ${realRun.command}`);
  });

  it("names the fault that was put into it", () => {
    const report = embedded({ name: "deaf", title: "Nothing is heard." });
    const fault = "A fault was put into it on purpose, mutant deaf: Nothing is heard.";
    expect(renderMarkdown(report)).toContain(fault);
    expect(flat(renderConsole(report))).toContain(fault);
  });

  it("stays whole whatever a report that was read from a file calls it", () => {
    fc.assert(
      fc.property(hostileText, (say) => {
        const [heading, gap, notice, after] = renderMarkdown(embedded({ name: say, title: say })).split("\n");
        expect(heading).toMatch(/^## /);
        expect([gap, after]).toEqual(["", ""]);
        expect(notice).toMatch(/^⚠️ \*\*.*\*\* To judge a mesh: `/);
        expect(notice).not.toMatch(/<(?!br>)/);
      }),
    );
  });
});

it("a report of a mesh on a cluster says nothing of this", () => {
  for (const text of [renderMarkdown(mixedReport()), renderConsole(mixedReport()), renderJUnit(mixedReport())])
    expect(flat(text)).not.toMatch(/reference mesh|To judge a mesh/);
});
