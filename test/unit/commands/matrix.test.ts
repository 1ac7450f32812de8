import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readReportFiles } from "../../../src/adapters/files/report-files.ts";
import { matrixCommand } from "../../../src/commands/matrix.ts";
import { matrixSchema } from "../../../src/domain/matrix/matrix.ts";
import { reportAbout, type Verdicts } from "../../fixtures/report-files.ts";
import { expectOne, mistakesOf } from "../inputs/mistakes.ts";

const a = "traffic-access/a";
const good = JSON.stringify(reportAbout({ [a]: "PASS" }));
const bad = JSON.stringify(reportAbout({ [a]: "FAIL" }, { version: "1.4.7" }));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "smi-matrix-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

async function run(...argv: readonly string[]) {
  let printed = "";
  const code = await matrixCommand(argv, {
    print: (text) => {
      printed += text;
    },
  });
  return { code, printed };
}

describe("matrix", () => {
  it("merges files and folders, prints the table, and writes each form", async () => {
    await put({
      "artifacts/job-0/report.json": good,
      "artifacts/job-0/evidence/x.json": "{",
      "artifacts/job-0/test-result.intoto.json": "{",
      "artifacts/job-1/report.json": bad,
      "kept.json": JSON.stringify(reportAbout({ [a]: "PASS" }, { mesh: "linkerd", version: "2.14.0" })),
    });
    const out = join(folder, "out");
    const { code, printed } = await run(join(folder, "artifacts"), join(folder, "kept.json"), "--out", out);
    expect(code).toBe(0);
    for (const told of ["| linkerd | 2.14.0 |", "| traefik-mesh | 1.4.8 |", "| traefik-mesh | 1.4.7 |"])
      expect(printed).toContain(told);
    expect((await readdir(out, { recursive: true })).sort()).toEqual([
      "badges",
      "badges/linkerd.json",
      "badges/traefik-mesh.json",
      "matrix.html",
      "matrix.json",
      "matrix.md",
      "matrix.svg",
    ]);
    const matrix = matrixSchema.parse(JSON.parse(await readFile(join(out, "matrix.json"), "utf8")));
    expect(matrix.rows).toHaveLength(3);
    expect(matrix.problems).toEqual([]);
    expect(printed).toContain(await readFile(join(out, "matrix.md"), "utf8"));
  });

  it.each([
    ["all is well", { "x/report.json": good }, [], 0],
    ["a row fails", { "x/report.json": good, "y/report.json": bad }, [], 1],
    ["a report is cut off", { "x/report.json": good, "y/report.json": bad.slice(0, 500) }, [], 3],
    ["one is missing", { "x/report.json": good }, ["--expect", "2"], 3],
  ] as const)(
    "exits with the gate's code where %s, and with 0 where it is not to gate",
    async (_, files, more, code) => {
      await put(files);
      expect((await run(folder, "--gate", "true", ...more)).code).toBe(code);
      expect((await run(folder, ...more)).code).toBe(0);
      expect((await run(folder, "--gate", "false", ...more)).code).toBe(0);
    },
  );

  it("compares with baselines, reports or an earlier matrix, and says so in each form", async () => {
    const earlier = (rows: Verdicts, mesh: string) => JSON.stringify(reportAbout(rows, { mesh, version: "1.4.6" }));
    const b = "traffic-access/b";
    await put({
      "x/report.json": good,
      "y/report.json": JSON.stringify(reportAbout({ [a]: "PASS" }, { mesh: "linkerd", version: "2.14.0" })),
      "old/report.json": earlier({ [a]: "PASS", [b]: "PASS" }, "traefik-mesh"),
      "other.json": earlier({ [b]: "PASS" }, "linkerd"),
    });
    const [x, y, old, other] = ["x", "y", "old", "other.json"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
      string,
    ];
    const out = join(folder, "out");
    const given = ["--gate", "true", "--baseline", old, "--baseline", other];
    const { code, printed } = await run(x, y, ...given, "--out", out);
    expect(code).toBe(1);
    expect((await run(x, y, "--gate", "true")).code).toBe(0);
    expect((await run(y, "--gate", "true", "--baseline", join(folder, "old"), x)).code).toBe(1);
    const { rows } = matrixSchema.parse(JSON.parse(await readFile(join(out, "matrix.json"), "utf8")));
    expect(rows.map(({ baseline }) => [baseline?.files[0]?.source, baseline?.ids, baseline?.newlyPassing])).toEqual([
      [other, [b], [a]],
      [join(old, "report.json"), [b], []],
    ]);
    for (const text of [printed, await readFile(join(out, "matrix.html"), "utf8")])
      for (const told of ["regression", `${b} not run`, "1.4.6", other, "ewly passing"]) expect(text).toContain(told);
    // The matrix that was made is the baseline of the next one.
    expect((await run(x, y, "--gate", "true", "--baseline", out)).code).toBe(0);
    await put({ "x/report.json": JSON.stringify(reportAbout({ [a]: "FAIL" })) });
    expect((await run(x, y, "--baseline", out)).printed).toContain(`${a} FAIL`);
  });

  it.each([
    ["that is not there", undefined, "cannot be read (ENOENT)"],
    [
      "that is cut off",
      good.slice(0, 500),
      "is not a report that can be read: it ends in the middle, after 500 characters",
    ],
    ["of a kind that it is not", '{"kind":"List"}', 'is not a report that can be read: its kind is "List"'],
    ["in which nothing passed", bad, "has no assertion that passed"],
    [
      "of another mesh",
      JSON.stringify(reportAbout({ [a]: "PASS" }, { mesh: "linkerd" })),
      "is of linkerd, and the reports are of traefik-mesh",
    ],
  ])("refuses a baseline %s as bad input, with its path and a remedy", async (_, content, told) => {
    await put({ "x/report.json": good, ...(content !== undefined && { "old/report.json": content }) });
    const path = join(folder, "old/report.json");
    const refused = await mistakesOf(() => run(join(folder, "x"), "--baseline", path));
    expectOne(refused, "--baseline", `"${path}" ${told}`, /^Give /);
  });

  it("does not call a baseline one of another mesh where a report of that may be missing", async () => {
    await put({
      "x/report.json": good,
      "y/report.json": '{"kind":',
      "old.json": JSON.stringify(reportAbout({ [a]: "PASS" }, { mesh: "linkerd" })),
    });
    const { code, printed } = await run(
      ...[join(folder, "x"), join(folder, "y")],
      ...["--gate", "true", "--baseline", join(folder, "old.json")],
    );
    expect(code).toBe(3);
    expect(printed).toMatch(/baseline.*linkerd.*no report is of this mesh/);
  });

  it("writes the same bytes for the same reports, in whatever order they are given", async () => {
    await put({ "x/report.json": good, "y/report.json": bad });
    const [x, y] = [join(folder, "x"), join(folder, "y")];
    await run(x, y, "--out", join(folder, "one"));
    await run(y, x, y, "--out", join(folder, "two"));
    for (const name of ["matrix.json", "matrix.md", "matrix.svg", "matrix.html"])
      expect(await readFile(join(folder, "two", name), "utf8")).toBe(await readFile(join(folder, "one", name), "utf8"));
  });

  it.each([
    ["no report", [], "no report is given"],
    ["a path that is not there", ["nowhere.json"], '"nowhere.json" does not exist'],
    ["an option that there is not", ["x", "--nothing", "1"], "--nothing"],
    ["a gate that is neither true nor false", ["x", "--gate", "maybe"], '--gate: "maybe"'],
    ["an expectation that is no number", ["x", "--expect", "0"], '--expect: "0"'],
  ] as const)("refuses %s as bad input", async (_, argv, told) => {
    const [refused] = await mistakesOf(() => run(...argv));
    expect(refused?.message).toContain(told);
  });

  it("names every mistake at once", async () => {
    const values = ["--gate", "maybe", "--expect", "0", "--baseline", "no.json", "--baseline", "none.json"];
    const mistakes = await mistakesOf(() => run("x", "y", ...values, "--bogus", "z", "--out"));
    expect(mistakes.map(({ message }) => message)).toEqual([
      "--bogus: there is no such option",
      "--out: is given without a value",
      '--gate: "maybe" is neither true nor false',
      '--expect: "0" is not a number of reports',
      '--baseline: "no.json" cannot be read (ENOENT)',
      '--baseline: "none.json" cannot be read (ENOENT)',
      'matrix: "x" does not exist',
      'matrix: "y" does not exist',
    ]);
  });

  it("does not say that there is no report where an unknown option may have taken it", async () => {
    expectOne(await mistakesOf(() => run("--verbose", "x.json")), "--verbose", "no such option", /--help/);
  });

  it("refuses a folder without a report as bad input", async () => {
    await expect(run(folder)).rejects.toThrow("contains no report");
  });
});

describe("readReportFiles", () => {
  it("names a link that leads nowhere and a file that is too large, and does not walk in circles", async () => {
    await put({ "x/report.json": good });
    await symlink(join(folder, "gone.json"), join(folder, "x/link.json"));
    await symlink(folder, join(folder, "x/circle"));
    const found = await readReportFiles([folder]);
    expect(found.map(({ path }) => path.slice(folder.length + 1)).sort()).toEqual(["x/link.json", "x/report.json"]);
    expect(found.find(({ path }) => path.endsWith("link.json"))).toMatchObject({ unreadable: "ENOENT" });
  });

  it("names a folder that it may not read", async () => {
    await put({ "x/report.json": good, "shut/report.json": good });
    await chmod(join(folder, "shut"), 0);
    const found = await readReportFiles([folder]);
    await chmod(join(folder, "shut"), 0o755);
    const shut = found.filter(({ path }) => path.includes("shut"));
    // Root may read everything.
    if (process.getuid?.() === 0) expect(shut).toMatchObject([{ text: good }]);
    else expect(shut).toMatchObject([{ unreadable: "EACCES" }]);
  });
});
