/** The pages of a report and of a matrix in a real browser: what a person sees, on a wide and a narrow screen, light and dark. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConformanceMatrix } from "../../src/domain/matrix/matrix.ts";
import { mergeReports } from "../../src/domain/matrix/merge.ts";
import { readReport } from "../../src/domain/report/read-report.ts";
import type { ConformanceReport } from "../../src/domain/report/report.ts";
import { type Verdict, verdicts } from "../../src/domain/report/verdict.ts";
import { specNames } from "../../src/domain/smi/kinds.ts";
import { renderHtml } from "../../src/render/html/html.ts";
import { renderMatrixHtml } from "../../src/render/matrix/html.ts";
import { diedReport, findingOf, mixedReport, mixedResults, reportOf, resultOf } from "../fixtures/report.ts";
import { fileOf, reportAbout, type Verdicts } from "../fixtures/report-files.ts";
import { gateOf, provenanceSaying } from "../unit/render/gated.ts";
import { reportSaying } from "../unit/render/hostile.ts";
import { openBrowser } from "./support/chromium.ts";

const hostile = `"><img src=x onerror="window.reached=1"><script>window.reached=1</script>' ${"unbroken".repeat(60)}`;

/** As many rows as the whole suite has, with values as long as meshes give. */
function bigReport(): ConformanceReport {
  const long = "a -> root GET /a/rather/long/path is split ".repeat(4);
  const rows = Array.from({ length: 240 }, (_, at) => {
    const spec = specNames[at % specNames.length] ?? "traffic-access";
    return resultOf({
      id: `${spec}/row-number-${at}-with-a-name-that-says-what-it-is-about`,
      verdict: verdicts[at % 7 === 0 ? (at / 7) % verdicts.length : 0] ?? "PASS",
      level: at % 5 === 0 ? "implied" : "MUST",
      reason: long,
      findings: Array.from({ length: 6 }, (__, n) =>
        findingOf({
          statement: `${n} ${long}`,
          expected: long,
          observed: "x".repeat(200),
          ...(at % 14 === 7 && { status: "violated" }),
        }),
      ),
      propagation: [{ phase: "applied", what: long, ms: at * 13, inForce: at % 40 !== 7, deadlineMs: 60_000 }],
      evidence: [`evidence/${spec}/row-${at}/findings.json`],
    });
  });
  return reportOf([...rows, ...mixedResults], { gate: gateOf(), provenance: provenanceSaying("octo/mesh") });
}

/** Rows of each kind: whole, partial, died, compared with a baseline and got worse, from files of which some are broken. */
function bigMatrix(): ConformanceMatrix {
  const { assertions } = bigReport();
  const verdictsOf = (change: (n: number) => Verdict | undefined): Verdicts =>
    Object.fromEntries(assertions.map(({ id, verdict }, n) => [id, change(n) ?? verdict]));
  const good = verdictsOf(() => "PASS");
  const jobs = [
    reportAbout(good, { mesh: "linkerd", version: "2.14.0" }),
    reportAbout(
      verdictsOf((n) => (n < 3 ? "FAIL" : undefined)),
      { version: "1.4.8", kubernetes: "v1.35.0" },
    ),
    reportAbout(good, { version: "1.4.8", assertions: `sha256:${"f".repeat(64)}` }),
    reportAbout({ "traffic-access/a": "PASS" }, { version: "1.4.7", shard: { index: 1, of: 3 } }),
    { ...diedReport(), mesh: { ...diedReport().mesh, versionAsked: "1.4.6" } },
  ];
  const folder = "artifacts/smi-conformance-job-3-traefik-mesh-1.4.8-k8s-1.35-1-attempt-1";
  return mergeReports(
    [...jobs.map((report, n) => fileOf(`${folder}/${n}/report.json`, report)), fileOf(`${folder}/x/report.json`, "{")],
    {
      baselines: [
        { report: reportAbout(good, { version: "1.4.5" }), sha256: "1".repeat(64), source: "smi/traefik-mesh.json" },
        {
          report: reportAbout({ ...good, "traffic-split/gone": "PASS" }, { version: "1.4.7", kubernetes: "v1.35.0" }),
          ...{ sha256: "2".repeat(64), source: "smi/a-rather/long/path/of/the-last-release/report.json" },
        },
      ],
    },
  );
}

const hostileMatrix = () =>
  mergeReports([fileOf(hostile, reportSaying(hostile)), fileOf(`${hostile}/report.json`, "{")]);

// What is evaluated in the page is text: this program has no types of a browser.
const BACKGROUND = "getComputedStyle(document.body).backgroundColor";

let folder = "";
let shots = "";
let browser: Browser;
const pages: Record<string, string> = {};
/** By page: what its rows are. */
const reports: Record<string, ConformanceReport> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "smi-html-"));
  // Kept where somebody asked for a look at them.
  shots = process.env.SMI_SCREENSHOTS ?? folder;
  const read = readReport(await readFile(join(import.meta.dirname, "../../docs/example/report.json"), "utf8"));
  if (!("report" in read)) throw new Error(read.why);
  const example = read.report;
  const given = {
    example,
    big: bigReport(),
    mixed: { ...mixedReport(), gate: gateOf() },
    died: diedReport(),
    hostile: reportSaying(hostile, { gate: gateOf(hostile), provenance: provenanceSaying(hostile) }),
  };
  const put = async (name: string, page: string) => {
    const path = join(folder, `${name}.html`);
    await writeFile(path, page);
    pages[name] = pathToFileURL(path).href;
  };
  for (const [name, report] of Object.entries(given)) {
    await put(name, renderHtml(report));
    reports[name] = report;
  }
  const matrices = { "matrix-big": bigMatrix(), "matrix-hostile": hostileMatrix(), "matrix-none": mergeReports([]) };
  for (const [name, matrix] of Object.entries(matrices)) await put(name, renderMatrixHtml(matrix));
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Milliseconds for a browser on a machine that is slow. */
const PATIENCE_MS = 120_000;

/** Opens a page, and tells whatever the browser said or loaded that it should not have. */
async function withPage(
  name: string,
  options: BrowserContextOptions,
  use: (page: Page) => Promise<void>,
  hash = "",
): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const noise: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => noise.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => noise.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => void dialog.dismiss().then(() => noise.push(`dialog: ${dialog.message()}`)));
  page.on("request", (request) => requests.push(request.url().slice(0, 200)));
  try {
    await page.goto(`${pages[name]}${hash}`);
    await use(page);
    expect(noise).toEqual([]);
    expect(requests.filter((url) => !url.startsWith("data:image/svg+xml"))).toEqual([pages[name]]);
  } finally {
    await context.close();
  }
}

/** What wider fonts do, whatever fonts this machine has. */
const WIDER = `
for (const one of document.querySelectorAll("*")) one.style.letterSpacing = "0.1em";
for (const one of document.querySelectorAll("input[type=search]")) one.size = 40;
`;

const shownRows = (page: Page) => page.locator("details.row:visible").count();
const found = (page: Page) =>
  page
    .locator("#found")
    .inputValue()
    .catch(() => page.locator("#found").textContent());

const backgrounds = { light: "rgb(247, 247, 245)", dark: "rgb(17, 19, 21)" } as const;

const shot = (name: string) => ({ path: join(shots, `${name}.png`), fullPage: name.startsWith("matrix") });

// Colours move nothing.
it.each(
  ["example", "big", "mixed", "died", "hostile", "matrix-big", "matrix-hostile", "matrix-none"].flatMap((name) => [
    [name, 360, 800] as const,
    [name, 1280, 900] as const,
  ]),
)("%s fits a screen of %i x %i, closed and open", async (name, width, height) => {
  await withPage(name, { colorScheme: "light", viewport: { width, height } }, async (page) => {
    const sizes = () => page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]");
    expect(await sizes()).toEqual([width, width]);
    await page.screenshot(shot(`${name}-${width}-light`));
    await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
    expect(await sizes()).toEqual([width, width]);
    // Other machines have other fonts: with DejaVu Sans texts are a tenth wider, and a text box half as wide again.
    await page.evaluate(WIDER);
    expect(await sizes()).toEqual([width, width]);
    expect(await page.evaluate(BACKGROUND)).toBe(backgrounds.light);
  });
});

it.each(["example", "matrix-big"])("%s is dark where that is preferred", async (name) => {
  await withPage(name, { colorScheme: "dark" }, async (page) => {
    await page.screenshot(shot(`${name}-dark`));
    expect(await page.evaluate(BACKGROUND)).toBe(backgrounds.dark);
  });
});

describe("the filter", () => {
  it("shows the rows that fit each kind of choice, says how many, and shows all again", async () => {
    await withPage("example", {}, async (page) => {
      const rows = reports.example?.assertions ?? [];
      const check = async (rule: (row: (typeof rows)[number]) => boolean) => {
        const expected = rows.filter(rule);
        expect(expected.length).toBeLessThan(rows.length);
        await expect.poll(() => shownRows(page)).toBe(expected.length);
        await expect.poll(() => found(page)).toBe(`${expected.length} of ${rows.length} shown`);
      };
      expect(await shownRows(page)).toBe(rows.length);
      await page.getByRole("checkbox", { name: /^FAIL/ }).check();
      await check((row) => row.verdict === "FAIL");
      await page.getByRole("checkbox", { name: /^NOT APPLICABLE/ }).check();
      await check((row) => row.verdict === "FAIL" || row.verdict === "NOT_APPLICABLE");
      await page.getByRole("checkbox", { name: /^implied/ }).check();
      await check((row) => ["FAIL", "NOT_APPLICABLE"].includes(row.verdict) && row.level === "implied");
      await page.getByRole("button", { name: "Clear" }).click();
      await page.waitForFunction("document.querySelectorAll('details.row[hidden]').length === 0");
      expect(await shownRows(page)).toBe(rows.length);
      await page.getByRole("checkbox", { name: /^traffic-split/ }).check();
      await check((row) => row.spec === "traffic-split");
      expect(await page.locator("section.group:visible").count()).toBe(1);
    });
  });

  it("finds words anywhere in a row, and says so where there are none", async () => {
    await withPage("example", {}, async (page) => {
      await page.keyboard.press("/");
      await page.keyboard.type("WEIGHT-75 split");
      const ids = () => page.locator("details.row:visible").evaluateAll((all) => all.map(({ id }) => id));
      await expect.poll(ids).toEqual(["traffic-split/weight-75-25"]);
      await page.keyboard.type(" nowhere");
      await expect.poll(() => shownRows(page)).toBe(0);
      expect(await page.locator("#none").isVisible()).toBe(true);
    });
  });

  it("is not there without a script, and every row is", async () => {
    await withPage("example", { javaScriptEnabled: false }, async (page) => {
      expect(await page.locator("#filter").isVisible()).toBe(false);
      expect(await shownRows(page)).toBe(reports.example?.assertions.length);
      await page.locator("details.row > summary").first().click();
      expect(await page.locator("details.row .body").first().isVisible()).toBe(true);
    });
  });
});

describe("a reader", () => {
  it("gets from a failure to its row, also where that is filtered away", async () => {
    await withPage("example", {}, async (page) => {
      await page.getByRole("checkbox", { name: /^PASS/ }).check();
      await page.locator(".failure h3 a").first().click();
      const row = page.locator("details.row[open]");
      await row.waitFor();
      const failed = (reports.example?.assertions ?? []).filter(({ verdict }) => verdict === "FAIL");
      expect(failed.map(({ id }) => id)).toContain(await row.getAttribute("id"));
      expect(await row.locator(".body").isVisible()).toBe(true);
    });
  });

  it("opens the row that an address names", async () => {
    const open = "details.row[open]";
    const use = async (page: Page) => {
      expect(await page.locator(open).evaluateAll((all) => all.map(({ id }) => id))).toEqual([
        "traffic-split/weight-75-25",
      ]);
    };
    await withPage("example", {}, use, "#traffic-split/weight-75-25");
  });

  it("can do all of it by keyboard, and is told what is what", async () => {
    await withPage("mixed", {}, async (page) => {
      await page.keyboard.press("Tab");
      expect(await page.locator(":focus").textContent()).toBe("Skip to all assertions");
      const row = page.locator("details.row > summary").first();
      await row.focus();
      await page.keyboard.press("Enter");
      await expect.poll(() => page.locator("details.row").first().getAttribute("open")).toBe("");
      await page.getByRole("checkbox", { name: /^FAIL/ }).focus();
      await page.keyboard.press("Space");
      await expect.poll(() => shownRows(page)).toBe(1);
      const levels = await page
        .locator("h1,h2,h3,h4")
        .evaluateAll((all) => all.map(({ tagName }) => Number(tagName.slice(1))));
      expect(levels[0]).toBe(1);
      expect(levels.filter((level, at) => level > (levels[at - 1] ?? 1) + 1)).toEqual([]);
      const nameless = await page.evaluate(
        "[...document.querySelectorAll('input,button,a,summary')].filter((one) => !(one.textContent.trim() || one.labels?.length)).length",
      );
      expect(nameless).toBe(0);
    });
  });

  it("copies a command as it is", async () => {
    await withPage("example", { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
      const command = page.locator(".failure .command").first();
      await command.getByRole("button", { name: "Copy" }).click();
      await command.getByRole("button", { name: "Copied" }).waitFor();
      expect(await page.evaluate("navigator.clipboard.readText()")).toBe(await command.locator("code").textContent());
    });
  });

  it("prints it in light colours and without what is only for a screen", async () => {
    await withPage("example", { colorScheme: "dark" }, async (page) => {
      await page.emulateMedia({ media: "print" });
      expect(await page.locator("#filter").isVisible()).toBe(false);
      expect(await page.evaluate(BACKGROUND)).toBe("rgb(255, 255, 255)");
      const pdf = await page.pdf({ path: join(shots, "example.pdf"), format: "A4" });
      expect(pdf.length).toBeGreaterThan(10_000);
    });
  });
});

describe("the matrix", () => {
  const rightsOf = (page: Page, selector: string) =>
    page.locator(selector).evaluateAll((all) => all.map((one) => one.getBoundingClientRect().right));

  it("has what decides on the screen, without a scroll to the side, and the rest can be scrolled to by keyboard", async () => {
    await withPage("matrix-big", {}, async (page) => {
      const heads = await page.locator(".matrix thead th").allTextContents();
      expect(heads.slice(0, 5)).toEqual(["Mesh", "Cluster", "Gate", "Verdict, MUST passed", "Baseline"]);
      expect(Math.max(...(await rightsOf(page, ".matrix :is(th,td):nth-child(5)")))).toBeLessThan(1280);
      await page.locator(".wide").focus();
      expect(await page.evaluate("document.activeElement.className")).toBe("wide");
    });
  });

  it("leads from each row to its section, which says what blocks and what it was compared with", async () => {
    await withPage("matrix-big", {}, async (page) => {
      const links = page.locator(".matrix tbody a");
      expect(await links.count()).toBe(5);
      for (const link of await links.all()) {
        const target = await link.getAttribute("href");
        await link.click();
        const section = page.locator(`section${target}`);
        // The page scrolls there smoothly.
        await expect.poll(() => section.evaluate((one) => Math.abs(one.getBoundingClientRect().top) < 900)).toBe(true);
        expect(await section.locator("h2").textContent()).toContain((await link.textContent())?.split(" ").at(-1));
      }
      const worse = page.locator("section", { hasText: "traefik-mesh 1.4.8 on kind, Kubernetes v1.35.0" }).first();
      expect(await worse.locator("h3").allTextContents()).toEqual(
        expect.arrayContaining(["What blocks", "Compared with a baseline"]),
      );
      expect(await worse.textContent()).toContain("smi/a-rather/long/path/of/the-last-release/report.json");
    });
  });

  it("can be read by keyboard and by headings, and opens what is closed", async () => {
    await withPage("matrix-big", {}, async (page) => {
      const levels = await page
        .locator("h1,h2,h3")
        .evaluateAll((all) => all.map(({ tagName }) => Number(tagName.slice(1))));
      expect(levels[0]).toBe(1);
      expect(levels.filter((level, at) => level > (levels[at - 1] ?? 1) + 1)).toEqual([]);
      const closed = page.locator("details:not([open])").first();
      const handle = await closed.elementHandle();
      await closed.locator("summary").focus();
      await page.keyboard.press("Enter");
      await expect.poll(() => handle?.getAttribute("open")).toBe("");
    });
  });

  it("says what each cell is about on a phone, where it has no head", async () => {
    await withPage("matrix-big", { viewport: { width: 360, height: 800 } }, async (page) => {
      const told = await page
        .locator(".matrix tbody tr:first-child td")
        .evaluateAll((all) => all.map((one) => (one as unknown as { dataset: { title: string } }).dataset.title));
      expect(told.slice(0, 4)).toEqual(["Cluster", "Gate", "Verdict, MUST passed", "Baseline"]);
      expect(await page.evaluate("getComputedStyle(document.querySelector('.matrix td'), '::before').content")).toBe(
        '"Cluster"',
      );
    });
  });

  it("gets nothing run of what a hostile mesh says", async () => {
    await withPage("matrix-hostile", {}, async (page) => {
      expect(await page.evaluate('"reached" in window')).toBe(false);
      expect(await page.locator("img, script").count()).toBe(0);
    });
  });
});

describe("a hostile mesh", () => {
  it("gets nothing run, though it says markup in every place", async () => {
    await withPage("hostile", {}, async (page) => {
      expect(await page.evaluate('"reached" in window')).toBe(false);
      expect(await page.locator("img, body script").count()).toBe(1);
    });
  });

  it("would be stopped by the browser even if markup of it came through", async () => {
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(pages.mixed ?? "");
      const markup = '<img src="https://example.invalid/x.png"><p style="color:red" onclick="window.reached=1"></p>';
      const stopped = await page.evaluate(`new Promise((resolve) => {
        const told = [];
        document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => {
          told.push(effectiveDirective);
          if (told.length === 3) resolve(told.sort());
        });
        const place = document.createElement("div");
        place.innerHTML = ${JSON.stringify(markup)};
        document.body.append(place);
      })`);
      expect(stopped).toEqual(["img-src", "script-src-attr", "style-src-attr"]);
    } finally {
      await context.close();
    }
  });
});
