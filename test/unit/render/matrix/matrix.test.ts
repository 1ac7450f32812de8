import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ConformanceMatrix } from "../../../../src/domain/matrix/matrix.ts";
import { mergeReports } from "../../../../src/domain/matrix/merge.ts";
import type { ConformanceReport } from "../../../../src/domain/report/report.ts";
import { renderMatrixHtml } from "../../../../src/render/matrix/html.ts";
import { renderMatrixMarkdown } from "../../../../src/render/matrix/markdown.ts";
import { matrixBadges } from "../../../../src/render/matrix/shields.ts";
import { renderMatrixSvg } from "../../../../src/render/matrix/svg.ts";
import { diedReport, mixedReport } from "../../../fixtures/report.ts";
import { fileOf, reportAbout } from "../../../fixtures/report-files.ts";
import { contrast } from "../contrast.ts";
import { hostileText } from "../hostile.ts";
import { type Element, parseXml } from "../xml-document.ts";

const a = "traffic-access/a";
const s = "traffic-split/s";

const parseSvg = (svg: string) => parseXml(`<?xml version="1.0" encoding="UTF-8"?>\n${svg}`);

const merge = (
  reports: readonly ConformanceReport[],
  broken: readonly string[] = [],
  before: readonly ConformanceReport[] = [],
) =>
  mergeReports(
    [
      ...reports.map((report, n) => fileOf(`job-${n}/report.json`, report)),
      ...broken.map((text, n) => fileOf(`broken-${n}/report.json`, text)),
    ],
    {
      baselines: before.map((report, n) => ({ report, sha256: `${n}`.repeat(64), source: `old-${n}/report.json` })),
    },
  );

/** One row that got worse and better, one that was not compared. */
const compared = () =>
  merge(
    [
      reportAbout({ [a]: "FAIL", [s]: "PASS" }, { version: "1.4.8" }),
      reportAbout({ [a]: "PASS" }, { mesh: "linkerd", version: "2.14.0" }),
    ],
    [],
    [reportAbout({ [a]: "PASS", "traffic-split/gone": "PASS" }, { version: "1.4.7" })],
  );

const died = diedReport();

const whole = () =>
  merge(
    [
      reportAbout({ [a]: "PASS", [s]: "PASS" }, { version: "1.4.8" }),
      reportAbout({ [a]: "PASS", [s]: "FAIL" }, { version: "1.4.7" }),
      reportAbout({ [a]: "PASS" }, { mesh: "linkerd", version: "2.14.0", shard: { index: 1, of: 2 } }),
      { ...died, mesh: { ...died.mesh, versionAsked: "1.4.6" } },
    ],
    ["{"],
  );

const hostile = (say: string): ConformanceMatrix => {
  const matrix = whole();
  return {
    ...matrix,
    rows: matrix.rows.map((row) => ({
      ...row,
      mesh: say,
      title: say,
      mutant: say,
      version: say,
      kubernetes: say,
      assertions: say,
      suiteVersions: [say],
      results: row.results.map((one) => ({ ...one, id: say, title: say })),
      gate: { ...row.gate, rules: [{ rule: say, text: say, ids: [say] }] },
      baseline: {
        ...{ mutant: say, version: say, provider: "kind", kubernetes: say, assertions: say, text: say, held: false },
        ...{ files: [{ sha256: say, source: say }], ids: [say], newlyPassing: [say] },
      },
    })),
    problems: matrix.problems.map((one) => ({ ...one, text: say, paths: [say], ids: [say] })),
    reports: matrix.reports.map((one) => ({ ...one, paths: [say], startedAt: say })),
  };
};

describe("Markdown", () => {
  it("has the decision, a row for each, the share of each spec, and each problem with its path", () => {
    const text = renderMatrixMarkdown(whole());
    expect(text).toContain("Gate: BLOCK");
    const rows = text.split("\n").filter((line) => /^\| (linkerd|traefik-mesh|Traefik Mesh) /.test(line));
    expect(rows).toHaveLength(4);
    expect(text).toContain(
      "| traefik-mesh | 1.4.8 | kind, v1.34.4 | ✅ Conformant | 2/2 (100 %) | **FULL**<br>1/1 (100 %)",
    );
    expect(text).toContain("❌ Not conformant | 1/2 (50 %)");
    expect(text).toContain("❔ Inconclusive (partial)");
    expect(text).toMatch(/missing shard.*2\/2/);
    expect(text).toMatch(/truncated.*broken-0\/report\.json/);
    expect(text).toContain(`\`${s}\``);
  });

  it("shows which assertions were run only where rows differ in that", () => {
    const other = reportAbout({ [a]: "PASS" }, { version: "1.4.7", assertions: "f".repeat(64) });
    expect(renderMatrixMarkdown(merge([reportAbout({ [a]: "PASS" })]))).not.toContain("| Assertions |");
    expect(renderMatrixMarkdown(merge([reportAbout({ [a]: "PASS" }), other]))).toContain("| Assertions | Gate |");
  });

  it("has what was compared, with what, and which rule blocks, only where something was", () => {
    expect(renderMatrixMarkdown(whole())).not.toContain("| Baseline |");
    const text = renderMatrixMarkdown(compared());
    expect(text).toContain("| Run | Baseline | Gate |");
    expect(text).toMatch(/\| linkerd .*\| none \| 🟢 pass \|/);
    expect(text).toMatch(/\| traefik-mesh .*\| 1\.4\.7: 1 worse, 1 not run, 1 newly passing \| 🔴 block \|/);
    expect(text).toMatch(
      /### What blocks\n+(- .*\n+)*- traefik-mesh 1\.4\.8 .*\*\*regression\*\*: passed in the baseline/,
    );
    expect(text).toContain("Compared with traefik-mesh 1.4.7 on kind, Kubernetes v1.34.4: `old-0/report.json`");
    expect(text).toContain("`traffic-split/gone`: not run");
    expect(text).toContain(`Newly passing:\n\n- \`${s}\``);
  });

  it("stays below its limit, and says what was left out", () => {
    const many = merge(Array.from({ length: 60 }, (_, n) => reportAbout({ [a]: "FAIL" }, { version: `1.${n}.0` })));
    const text = renderMatrixMarkdown(many, 12_000);
    expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(12_000);
    expect(text).toContain("matrix.json has all of it");
    expect(text).toContain("| traefik-mesh | 1.59.0 |");
  });

  it("keeps each row of the table on one line, whatever names are", () => {
    fc.assert(
      fc.property(hostileText, (say) => {
        const matrix = hostile(say);
        const lines = renderMatrixMarkdown(matrix).split("\n");
        const head = lines.findIndex((line) => line.startsWith("| Mesh |"));
        const columns = (lines[head]?.split("|").length ?? 0) - 1;
        for (const line of lines.slice(head, head + 2 + matrix.rows.length))
          expect(line.split("|").length - 1).toBe(columns);
        expect(lines.join("\n")).not.toContain("<script");
      }),
    );
  });
});

describe("SVG", () => {
  it("is well-formed, has a title, a description and the text of each cell, and fetches nothing", () => {
    const svg = renderMatrixSvg(whole());
    expect(() => parseSvg(svg)).not.toThrow();
    expect(svg).toContain("<title");
    expect(svg).toContain("<desc");
    for (const told of [
      "FULL",
      "2/2 (100 %)",
      "Not conformant",
      "NOT ASSESSED",
      "linkerd",
      "prefers-color-scheme:dark",
    ])
      expect(svg).toContain(told);
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:|url\(|href/);
  });

  /** Words of a cell, by what a reader sees of it and what it tells when it is pointed at. */
  const markedCells = (root: Element) =>
    root.children
      .filter(({ name }) => name === "g")
      .map(({ children: [title, , ...texts] }) => ({
        told: title?.text,
        marks: texts.flatMap(({ children }) => children.map((mark) => `${mark.attributes.class} ${mark.text}`)),
      }));

  it("marks what got worse and what newly passes, in the row and in each spec, and says what the marks mean", () => {
    const svg = renderMatrixSvg(compared());
    const old = "Compared with traefik-mesh 1.4.7 on kind, Kubernetes v1.34.4";
    expect(markedCells(parseSvg(svg))).toEqual([
      {
        told: `${old}: 1 worse, 1 not run, 1 newly passing: ${a} FAIL, traffic-split/gone not run, ${s} PASS`,
        marks: ["worse ▼ 2", "better ▲ 1"],
      },
      { told: `${old}: 1 worse: ${a} FAIL`, marks: ["worse ▼ 1"] },
      {
        told: `${old}: 1 not run, 1 newly passing: traffic-split/gone not run, ${s} PASS`,
        marks: ["worse ▼ 1", "better ▲ 1"],
      },
    ]);
    for (const told of [
      "1.4.8, since 1.4.7<",
      "2.14.0, no baseline<",
      "Assertions since the baseline:",
      "passed in the baseline and not now",
      "(since 1.4.7: 1 worse, 1 not run, 1 newly passing)</desc>",
    ])
      expect(svg).toContain(told);
  });

  it("marks once a row that nothing changed, and of what is not in the row only what its spec lost", () => {
    const same = merge([reportAbout({ [a]: "PASS" })], [], [reportAbout({ [a]: "PASS" }, { version: "1.4.7" })]);
    expect(markedCells(parseSvg(renderMatrixSvg(same))).map(({ marks }) => marks)).toEqual([["same ="], []]);
    const lost = merge(
      [reportAbout({ [a]: "PASS" }), reportAbout({ [s]: "PASS" }, { mesh: "linkerd" })],
      [],
      [reportAbout({ [a]: "PASS", [s]: "PASS", "resource/x": "PASS" }, { version: "1.4.7" })],
    );
    const svg = renderMatrixSvg(lost);
    expect(markedCells(parseSvg(svg)).map(({ marks }) => marks)).toEqual([["worse ▼ 2"], [], ["worse ▼ 1"]]);
    expect(svg).toContain('not run</text><text class="more"');
  });

  it("has no marks, and no legend, where nothing was compared", () => {
    const svg = renderMatrixSvg(whole());
    expect(markedCells(parseSvg(svg))).toEqual([]);
    expect(svg).not.toMatch(/baseline|since|tspan /);
  });

  it("has marks that can be read on each cell, light and dark", () => {
    const [light = "", dark = ""] = renderMatrixSvg(compared()).split("prefers-color-scheme:dark");
    for (const style of [light, dark]) {
      const colour = (name: string) =>
        new RegExp(`\\.${name}\\{fill:(#[0-9a-f]{3,6})\\}`)
          .exec(style)?.[1]
          ?.replace(/^#(.)(.)(.)$/, "#$1$1$2$2$3$3") ?? "";
      const weak = ["worse", "better"].flatMap((mark) =>
        ["page", "good", "part", "bad", "unclear"].flatMap((ground) => {
          const ratio = contrast(colour(mark), colour(ground));
          return ratio >= 4.5 ? [] : [`${mark} on ${ground}: ${ratio}`];
        }),
      );
      expect(weak).toEqual([]);
    }
  });

  it("is well-formed whatever names are, and of no report too", () => {
    expect(() => parseSvg(renderMatrixSvg(merge([])))).not.toThrow();
    fc.assert(
      fc.property(hostileText, (say) => {
        expect(() => parseSvg(renderMatrixSvg(hostile(say)))).not.toThrow();
      }),
    );
  });
});

describe("HTML", () => {
  it("is one page without a script, with each row, its results and each problem", () => {
    const page = renderMatrixHtml(whole());
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<script|<link|<img|https?:|url\(/);
    for (const told of [
      "Gate: BLOCK",
      'linkerd <span class="version">2.14.0',
      "1/2 (50 %)",
      "broken-0/report.json",
      s,
      "NOT ASSESSED",
    ])
      expect(page).toContain(told);
    for (const [, anchor] of page.matchAll(/href="#([^"]+)"/g)) expect(page).toContain(`id="${anchor}"`);
  });

  it("has what was compared, with what, and which rule blocks, only where something was", () => {
    expect(renderMatrixHtml(whole())).not.toMatch(/Baseline|Compared with/);
    const page = renderMatrixHtml(compared());
    for (const told of [
      '<th scope="col">Baseline</th>',
      "1 worse, 1 not run, 1 newly passing</span>",
      "than 1.4.7</span>",
      "traefik-mesh 1.4.7 on kind, Kubernetes v1.34.4: <code>old-0/report.json</code>",
      "not run</span> <code>traffic-split/gone</code>",
      `<li><code>${s}</code></li>`,
    ])
      expect(page).toContain(told);
    expect(page.match(/<h3>What blocks<\/h3>/g)).toHaveLength(1);
    expect(page.match(/<h3>Compared with a baseline<\/h3>/g)).toHaveLength(1);
  });

  it("has the same tags whatever names are", () => {
    const tags = (page: string) => page.match(/<[^>]*>/g)?.map((tag) => tag.replace(/"[^"]*"/g, '""'));
    const plain = tags(renderMatrixHtml(hostile("plain")));
    fc.assert(
      fc.property(hostileText, (say) => {
        expect(tags(renderMatrixHtml(hostile(say)))).toEqual(plain);
      }),
    );
  });
});

describe("badges", () => {
  const badge = (...reports: readonly ConformanceReport[]) => [...matrixBadges(merge(reports)).values()];

  it.each([
    ["conformant", reportAbout({ [a]: "PASS" }), { message: "1.4.8: 1/1 MUST", color: "brightgreen" }],
    ["half of it", mixedReport(), { label: "SMI Traefik Mesh", message: "1.4.8: 2/4 MUST", color: "yellow" }],
    ["none of it", reportAbout({ [a]: "FAIL" }), { message: "1.4.8: 0/1 MUST", color: "red" }],
    ["not clear", reportAbout({ [a]: "INCONCLUSIVE" }), { message: "1.4.8: inconclusive", color: "lightgrey" }],
    ["a run that died", diedReport(), { message: "1.4.8: error", color: "lightgrey", isError: true }],
  ] as const)("of %s", (_, report, wanted) => {
    expect(badge(report)).toEqual([{ schemaVersion: 1, label: `SMI ${report.mesh.title}`, ...wanted }]);
  });

  it("are of the newest version, and there of the worst cluster", () => {
    expect(
      badge(
        reportAbout({ [a]: "FAIL" }, { version: "1.9.0" }),
        reportAbout({ [a]: "PASS" }, { version: "1.10.0", kubernetes: "v1.35.0" }),
        reportAbout({ [a]: "INCONCLUSIVE" }, { version: "1.10.0", kubernetes: "v1.34.0" }),
      ),
    ).toMatchObject([{ message: "1.10.0: inconclusive" }]);
  });

  it("have a file name each, whatever meshes are called", () => {
    const named = merge(["a/b", "a b", "../x", "mesh"].map((mesh) => reportAbout({ [a]: "PASS" }, { mesh })));
    expect([...matrixBadges(named).keys()]).toEqual(["x", "a-b", "a-b-2", "mesh"]);
    fc.assert(
      fc.property(hostileText, (say) => {
        for (const [name, { label, message }] of matrixBadges(hostile(say))) {
          expect(name).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/);
          expect(`${label}${message}`).not.toMatch(/[\n\r]/);
        }
      }),
    );
  });
});
