import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { verdicts } from "../../../src/domain/report/verdict.ts";
import { renderJUnit, xml } from "../../../src/render/junit.ts";
import { diedReport, mixedReport, reportOf, resultOf } from "../../fixtures/report.ts";
import { hostileText, reportSaying } from "./hostile.ts";
import { descendants, type Element, parseXml } from "./xml-document.ts";

const elements = { failures: "failure", errors: "error", skipped: "skipped" } as const;

/** The numbers that an element claims are those of what is in it. */
function expectCounts(element: Element) {
  expect(element.attributes.tests).toBe(String(descendants(element, "testcase").length));
  for (const [attribute, name] of Object.entries(elements))
    expect(element.attributes[attribute], attribute).toBe(String(descendants(element, name).length));
}

describe("the reader of these tests is strict", () => {
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
  it.each([
    "<a>",
    "<a></b>",
    "<a/><b/>",
    "<a>&</a>",
    "<a>&nbsp;</a>",
    "<a>&#0;</a>",
    "<a>\u0001</a>",
    "<a>]]></a>",
    '<a x="1" x="2"/>',
    '<a x="<"/>',
    "<a/>text",
    "",
  ])("refuses %j", (document) => {
    expect(() => parseXml(declaration + document)).toThrow(SyntaxError);
  });
});

describe("xml", () => {
  it.each([
    [`<a href="x">&'`, `&lt;a href=&quot;x&quot;&gt;&amp;'`],
    ["]]>", "]]&gt;"],
    ["a\tb\nc\rd", "a&#9;b&#10;c&#13;d"],
    ["\0\u001B[31m\uFFFE", "\uFFFD\uFFFD[31m\uFFFD"],
    ["\uD800x", "\uFFFDx"],
    ["🎉 é", "🎉 é"],
  ])("%j becomes %j", (given, expected) => {
    expect(xml(given)).toBe(expected);
  });
});

describe("renderJUnit", () => {
  it("reads as the golden file", async () => {
    await expect(renderJUnit(mixedReport())).toMatchFileSnapshot("golden/mixed.xml");
  });

  it("is not green when the run died before its first assertion", () => {
    const root = parseXml(renderJUnit(diedReport()));
    expectCounts(root);
    expect(root.attributes.errors).toBe("1");
    const [error] = descendants(root, "error");
    expect(error?.attributes).toMatchObject({ type: "mesh-not-ready" });
    expect(error?.attributes.message).toContain("\nlast seen: 0 of 1");
    expect(error?.text).toContain("What to do: Check that the image can be pulled");
  });

  it.each([
    ["PASS", undefined],
    ["FAIL", { name: "failure", type: "SHOULD", message: "why" }],
    ["INCONCLUSIVE", { name: "error", type: "inconclusive", message: "why" }],
    ["ERROR", { name: "error", type: "error", message: "why" }],
    ["NOT_APPLICABLE", { name: "skipped", message: "NOT_APPLICABLE: why" }],
    ["OBSERVED", { name: "skipped", message: "OBSERVED: why" }],
  ] as const)("says %s as JUnit does", (verdict, expected) => {
    const root = parseXml(renderJUnit(reportOf([resultOf({ verdict, level: "SHOULD", reason: "why" })])));
    const [testcase] = descendants(root, "testcase");
    expect(testcase?.attributes).toEqual({
      classname: "traffic-access",
      name: "traffic-access/deny-by-default-http",
      time: "0.800",
    });
    expect(testcase?.children.map(({ name, attributes }) => ({ name, ...attributes }))).toEqual(
      expected ? [expected] : [],
    );
  });

  it("has a suite for each spec, with its own numbers", () => {
    const results = verdicts.flatMap((verdict) => [
      resultOf({ verdict }),
      resultOf({ verdict, id: "traffic-split/x" }),
    ]);
    const root = parseXml(renderJUnit(reportOf(results)));
    expect(root.children.map((suite) => suite.attributes.name)).toEqual(["traffic-access", "traffic-split"]);
    for (const element of [root, ...root.children]) expectCounts(element);
    expect(root.children[0]?.attributes).toMatchObject({
      tests: "6",
      failures: "1",
      errors: "2",
      skipped: "2",
      time: "4.800",
    });
  });

  it("is well-formed and loses nothing that XML can hold, whatever the cluster says", () => {
    fc.assert(
      fc.property(hostileText, (said) => {
        const error = { phase: said, code: said, message: said, next: said };
        const root = parseXml(renderJUnit(reportSaying(said, { error })));
        for (const element of [root, ...root.children]) expectCounts(element);
        const [failure] = descendants(root, "failure");
        const legal = said
          .toWellFormed()
          .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "\uFFFD");
        expect(failure?.attributes.message).toBe(legal);
      }),
    );
  });
});
