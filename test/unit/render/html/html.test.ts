import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderHtml } from "../../../../src/render/html/html.ts";
import { scriptHash, styleHash } from "../../../../src/render/html/page.ts";
import { pageScript } from "../../../../src/render/html/script.ts";
import { pageStyle } from "../../../../src/render/html/style.ts";
import { dark, light, type Palette } from "../../../../src/render/palette.ts";
import { diedReport, findingOf, mixedReport, mixedResults, reportOf, resultOf } from "../../../fixtures/report.ts";
import { contrast } from "../contrast.ts";
import { gateOf, provenanceSaying } from "../gated.ts";
import { hostileText, reportSaying } from "../hostile.ts";
import { elementsOf, type HtmlElement, parseHtml, textOf } from "./html-document.ts";

const gated = () => ({ ...mixedReport(), gate: gateOf() });
const failing = "traffic-access/targets-are-additive";

/** The words of a command, of which there are as many as it has. */
const isWord = ({ name, attributes }: HtmlElement) => name === "span" && Object.keys(attributes).length === 0;

/** Elements and attributes without their values: what a value must not be able to change. */
function structure(document: string): readonly string[] {
  const all = elementsOf(parseHtml(document));
  const commands = all.filter(({ attributes }) => attributes.class === "command");
  const words = new Set(commands.flatMap(elementsOf).filter(isWord));
  return all
    .filter((element) => !words.has(element))
    .map(({ name, attributes }) => `${name} ${Object.keys(attributes).sort().join(" ")}`);
}

/** Without the title of the window. */
function bodyText(document: string): string {
  const body = elementsOf(parseHtml(document)).find(({ name }) => name === "body");
  if (body === undefined) throw new Error("there is no body");
  return textOf(body);
}

const sha256 = (text: string) => `sha256-${createHash("sha256").update(text).digest("base64")}`;

describe("renderHtml", () => {
  it("says the verdict, the gate and each spec before anything else", () => {
    const shown = bodyText(renderHtml(gated()));
    const places = [
      "Traefik Mesh v1.4.8",
      "Not conformant",
      "It passes 2 of 4 applicable MUST assertions (50 %).",
      "Gate: BLOCK (fail-on must-failures)",
      "failures: MUST assertions fail",
      "Traffic Access",
      "50 % 1 of 2 MUST",
      "HALF",
      "Failed (1)",
      "Inconclusive (1)",
      "All assertions",
      "Half in force within (p50)",
      "Not applicable, and why (1)",
      "Provenance",
      "Reproduce the whole run",
    ].map((text) => shown.indexOf(text));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((x, y) => x - y));
  });

  it("tells of a failure what was expected and observed, by which clause, and how to see it again", () => {
    const document = parseHtml(renderHtml(gated()));
    const [card] = elementsOf(document).filter(({ attributes }) => attributes.class === "card failure");
    if (card === undefined) throw new Error("there is no card of the failure");
    const shown = textOf(card);
    expect(shown).toContain("Expected no answer of the application, none arrives");
    expect(shown).toContain("Observed 20 OK; 20 arrived");
    expect(shown).toContain("line 194. A source may do what any target grants it");
    expect(shown).toContain(`smi-conformance run --mesh traefik-mesh --mesh-version 1.4.8 --only ${failing}`);
    const links = elementsOf(card).filter(({ name }) => name === "a");
    expect(links.map((link) => [textOf(link), link.attributes.href])).toEqual([
      ["Two TrafficTargets on one destination add up, without their cross product", `#${failing}`],
      [
        "traffic-access/v1alpha3 line 15",
        "https://github.com/servicemeshinterface/smi-spec/blob/cc4babd/apis/traffic-access/v1alpha3/traffic-access.md?plain=1#L15",
      ],
      [
        "traffic-access/v1alpha3 line 194",
        "https://github.com/servicemeshinterface/smi-spec/blob/cc4babd/apis/traffic-access/v1alpha3/traffic-access.md?plain=1#L194",
      ],
    ]);
  });

  it("has every assertion once, with all that it found, to be filtered by verdict, spec and level", () => {
    const report = mixedReport();
    const rows = elementsOf(parseHtml(renderHtml(report))).filter(({ attributes }) => attributes.class === "row");
    const told = (row: (typeof rows)[number]) => {
      const { id, "data-verdict": verdict, "data-spec": spec, "data-level": level } = row.attributes;
      return { id, verdict, spec, level };
    };
    const byId = (x: { id?: string | undefined }, y: { id?: string | undefined }) =>
      String(x.id) < String(y.id) ? -1 : 1;
    expect(rows.map(told).sort(byId)).toEqual(
      report.assertions.map(({ id, verdict, spec, level }) => ({ id, verdict, spec, level })).sort(byId),
    );
    for (const row of report.assertions) {
      const shown = textOf(
        rows.find(({ attributes }) => attributes.id === row.id) ?? { name: "", attributes: {}, children: [] },
      );
      for (const { statement, expected, observed } of row.findings)
        for (const part of [statement, expected, observed]) expect(shown).toContain(part);
    }
  });

  it("says what ended a run that has no results", () => {
    const shown = textOf(parseHtml(renderHtml(diedReport())));
    expect(shown).toContain("The run ended early");
    expect(shown).toContain('Deployment "traefik-mesh-controller" is not ready after 180 s');
    expect(shown).toContain("What to do: Check that the image can be pulled");
    expect(shown).toContain("Only 0 of the 203 selected assertions have a result.");
    expect(shown).not.toContain("All assertions");
  });

  it("tells runs that did not agree, a sample's bounds, and where the result comes from", () => {
    const runs = [
      { verdict: "PASS" as const, reason: "held" },
      { verdict: "FAIL" as const, reason: "did not hold the second time" },
    ];
    const rows = [resultOf({ verdict: "FAIL", runs }), ...mixedResults.slice(5)];
    const given = { provenance: provenanceSaying("octo/mesh"), suite: { ...mixedReport().suite, repeat: 2 } };
    const shown = textOf(parseHtml(renderHtml(reportOf(rows, given))));
    expect(shown).toContain("2 runs, which disagree: the worst counts");
    expect(shown).toContain("did not hold the second time");
    expect(shown).toContain("400 requests, 1 try; a correct mesh fails this with probability at most 9.2e-9");
    expect(shown).toContain("a faulty mesh passes with probability: uniform split 7.6e-11");
    expect(shown).toContain("each 2 times");
    expect(shown).toContain("octo/mesh run octo/mesh, attempt 1");
  });

  it("warns that the reference mesh is no mesh of the reader's", () => {
    const cluster = { ...mixedReport().cluster, provider: "embedded" as const };
    const shown = textOf(parseHtml(renderHtml(reportOf(mixedResults, { cluster }))));
    expect(shown).toContain("This judges the project's own reference mesh");
  });

  it("links to evidence beside it and to nothing that is not below its folder", () => {
    const evidence = [
      "evidence/a-1/x.log",
      "../etc/passwd",
      "javascript:alert(1)",
      "//host/x",
      "/etc/passwd",
      "a/./b",
      "a/..",
      "a b",
    ];
    const document = parseHtml(renderHtml(reportOf([resultOf({ verdict: "FAIL", evidence })])));
    const links = elementsOf(document).flatMap(({ attributes }) => attributes.href ?? []);
    expect(links.filter((href) => /evidence|etc|alert|host|a\//.test(href) && !href.startsWith("http"))).toEqual([
      "evidence/a-1/x.log",
    ]);
    for (const path of evidence) expect(textOf(document)).toContain(path);
  });
});

describe("what a browser is told", () => {
  it("to load nothing, and to run no style and no program but those of this version", () => {
    expect(styleHash).toBe(sha256(pageStyle));
    expect(scriptHash).toBe(sha256(pageScript));
    const elements = elementsOf(parseHtml(renderHtml(gated())));
    const policies = elements.filter(({ attributes }) => attributes["http-equiv"] === "Content-Security-Policy");
    expect(policies.map(({ attributes }) => attributes.content)).toEqual([
      `default-src 'none'; img-src data:; style-src '${styleHash}'; script-src '${scriptHash}'; base-uri 'none'; form-action 'none'`,
    ]);
    expect(
      elements.filter(
        ({ attributes }) =>
          "style" in attributes || "src" in attributes || Object.keys(attributes).some((name) => name.startsWith("on")),
      ),
    ).toEqual([]);
    const loads = elements.filter(({ name }) =>
      ["img", "iframe", "object", "embed", "audio", "video", "base"].includes(name),
    );
    expect(loads).toEqual([]);
    const linked = elements
      .filter(({ name }) => name === "link")
      .map(({ attributes }) => attributes.href?.slice(0, 19));
    expect(linked).toEqual(["data:image/svg+xml,"]);
  });

  it("has no id twice", () => {
    const twice = [...mixedResults, ...mixedResults.map((row) => ({ ...row, id: `${row.id}-2` }))];
    const ids = elementsOf(parseHtml(renderHtml({ ...reportOf(twice), gate: gateOf() }))).flatMap(
      ({ attributes }) => attributes.id ?? [],
    );
    expect(ids).toEqual([...new Set(ids)]);
  });
});

describe("text from outside", () => {
  const saying = (say: string) =>
    renderHtml(
      reportSaying(say, {
        error: { phase: say, code: say, message: say, next: say },
        reproduce: say,
        gate: gateOf(say),
        provenance: provenanceSaying(say),
      }),
    );

  it("changes no element and no attribute, whatever it is", () => {
    const expected = structure(saying("a b"));
    fc.assert(
      fc.property(hostileText, (said) => {
        expect(structure(saying(`x y${said}`))).toEqual(expected);
      }),
    );
  });

  it("leaves no control character and no half of one, and is told as it is", () => {
    fc.assert(
      fc.property(hostileText, (said) => {
        const shown = saying(said);
        expect(shown.isWellFormed()).toBe(true);
        expect(shown.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cs}\u202E\uFFFE\uFFFF]/u);
      }),
    );
    const said = `<img src=x onerror=alert(1)> "quoted" 'it' & \`more\` </script></style><!--`;
    expect(textOf(parseHtml(saying(said)))).toContain(said);
  });

  it.each(["javascript:alert(1)", "data:text/html,x", " https://x y", 'https://x"onclick="y'])(
    "makes no link of %s",
    (workflow) => {
      const elements = elementsOf(
        parseHtml(renderHtml({ ...mixedReport(), runner: { ...mixedReport().runner, workflow } })),
      );
      expect(
        elements.filter(({ attributes }) => attributes.href?.includes("alert") || attributes.href === workflow),
      ).toEqual([]);
    },
  );

  it("is cut where it is very long, so that the page can be opened", () => {
    const long = "0123456789".repeat(100_000);
    const findings = [findingOf({ status: "violated", expected: long, observed: long })];
    expect(renderHtml(reportOf([resultOf({ verdict: "FAIL", reason: long, findings })])).length).toBeLessThan(150_000);
  });
});

describe("the colours", () => {
  const texts = ["ink", "quiet", "link", "good", "bad", "unclear", "seen", "none"] as const;
  const grounds = ["page", "card", "sunk", "goodCard", "badCard", "unclearCard"] as const;

  it.each([
    ["light", light],
    ["dark", dark],
  ] as const)("can be read, each text on each ground: %s", (_, palette: Palette) => {
    const weak = texts.flatMap((text) =>
      grounds.flatMap((ground) => {
        const ratio = contrast(palette[text], palette[ground]);
        return ratio < 4.5 ? [`${text} on ${ground}: ${ratio.toFixed(2)}`] : [];
      }),
    );
    expect(weak).toEqual([]);
  });
});
