/**
 * The first minutes of someone who has cloned this and has no Docker: the program as a process of its own, which must
 * run, say whose verdict it is, and answer mistakes at once.
 */
import { spawn } from "node:child_process";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withTempFolder } from "../../../src/adapters/files/folders.ts";
import { reportSchema } from "../../../src/domain/report/report.ts";
import { mutants } from "../../../src/embedded/mutants/index.ts";
import { realRun } from "../../../src/render/terminal/reference-notice.ts";

const program = join(import.meta.dirname, "..", "..", "..", "src", "cli.ts");
const SUITE_MS = 120_000;
/** What is wrong with it shows in every weighted split, so one row is enough. */
const MUTANT = "ignores-weights";
const MUTANT_ROW = "traffic-split/weight-75-25";

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** A file below its working folder. */
  readonly file: (path: string) => Promise<string>;
}

/** In an empty folder that is also all of its PATH, where no Docker daemon can be reached. */
function cli<T>(args: readonly string[], look: (ended: Ended) => T | Promise<T>, docker?: string): Promise<T> {
  return withTempFolder(async (folder) => {
    if (docker !== undefined) {
      await writeFile(join(folder, "docker"), docker);
      await chmod(join(folder, "docker"), 0o755);
    }
    const child = spawn(process.execPath, [program, ...args], {
      cwd: folder,
      env: { PATH: folder, HOME: folder, DOCKER_HOST: "unix:///nonexistent" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      stdout += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      stderr += chunk;
    });
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    const file = (path: string) => readFile(join(folder, path), "utf8");
    return look({ exitCode, stdout, stderr, file });
  });
}

const flat = (text: string) => text.replace(/\s+/g, " ");
const own = "This judges the project's own reference mesh, which runs in this process, and not a mesh of yours.";

describe("without Docker", () => {
  it(
    "and without options, the whole suite runs on the reference mesh, and says so at its start, at its end and in its report",
    () =>
      cli([], async ({ exitCode, stdout, stderr, file }) => {
        expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
        const [start = ""] = stderr.split("== ");
        expect(flat(start)).toContain(own);
        expect(start).toContain(realRun.command);
        expect(start).toContain("seed 1");
        expect(flat(stdout)).toContain(own);
        expect(stdout).toContain(realRun.command);

        const markdown = await file("smi-conformance-report/report.md");
        const [heading = "", , notice = ""] = markdown.split("\n");
        expect(heading).toContain("Conformant: Reference mesh");
        expect(notice.replaceAll("&#39;", "'")).toContain(own);
        expect(notice).toContain(realRun.command);

        const report = reportSchema.parse(JSON.parse(await file("smi-conformance-report/report.json")));
        expect(report).toMatchObject({
          verdict: "conformant",
          percentage: 100,
          mesh: { name: "reference", title: "Reference mesh", source: "this suite, in process", access: "enforced" },
          cluster: { provider: "embedded", nodeImage: null, kind: null },
          suite: { appImage: "in process", selected: report.assertions.length },
          counts: { FAIL: 0, INCONCLUSIVE: 0, ERROR: 0 },
        });
        expect(report.mesh.mutant).toBeUndefined();
        expect(report.mesh.versionFound).toBe(report.suite.version);
        expect(report.cluster.kubernetes).toMatch(/^v1\.\d+\.\d+/);
        expect(report.reproduce).toBe("npm run conformance -- --cluster embedded --seed 1");
        expect(report.assertions.length).toBeGreaterThan(20);
      }),
    SUITE_MS,
  );

  it(
    "a mutant shows a failing report that names it, and the command in it shows the same",
    async () => {
      const title = mutants.find(({ name }) => name === MUTANT)?.title ?? "no such mutant";
      let args: readonly string[] = ["--mutant", MUTANT, "--only", MUTANT_ROW];
      for (const turn of ["first", "reproduced"]) {
        args = await cli(args, async ({ exitCode, stdout, stderr, file }) => {
          expect(exitCode, `${turn}\n${stdout}\n${stderr}`).toBe(1);
          expect(flat(stderr)).toContain(title.replace(/\.$/, ""));
          expect(flat(stdout)).toContain(`Reference mesh, mutant ${MUTANT}`);
          expect(flat(stdout)).toContain(title.replace(/\.$/, ""));
          const report = reportSchema.parse(JSON.parse(await file("smi-conformance-report/report.json")));
          expect(report).toMatchObject({
            verdict: "not-conformant",
            mesh: { mutant: { name: MUTANT, title }, source: `this suite, in process, mutant ${MUTANT}` },
            assertions: [{ id: MUTANT_ROW, verdict: "FAIL" }],
          });
          expect(await file("smi-conformance-report/report.md")).toContain(`mutant ${MUTANT}`);
          return report.reproduce.replace("npm run conformance -- ", "").split(" ");
        });
      }
      expect(args).toEqual(expect.arrayContaining(["--cluster", "embedded", "--mutant", MUTANT, "--seed", "1"]));
    },
    SUITE_MS,
  );

  it(
    "other versions can be served, with another seed",
    () =>
      cli(
        ["--smi-versions", "v1alpha2 v1alpha3 v1alpha3", "--seed", "7", "--only", MUTANT_ROW],
        async ({ exitCode, stdout, stderr, file }) => {
          expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
          const report = reportSchema.parse(JSON.parse(await file("smi-conformance-report/report.json")));
          const versions = Object.fromEntries(report.served.map((kind) => [kind.kind, kind.versions]));
          expect(versions).toMatchObject({
            TrafficTarget: ["v1alpha2"],
            HTTPRouteGroup: ["v1alpha3"],
            TrafficSplit: ["v1alpha3"],
          });
          expect(report.reproduce).toContain("--seed 7");
          expect(report.reproduce).toContain("--smi-versions 'v1alpha2 v1alpha3 v1alpha3'");
        },
      ),
    SUITE_MS,
  );

  it.each([
    ["a mutant that there is none of", ["--mutant", "ignores-wieghts"], ["mutant: ", '"ignores-wieghts"', MUTANT]],
    [
      "versions that do not go together",
      ["--smi-versions", "v1alpha1 v1alpha4 v1alpha4"],
      ["smi-versions: ", '"v1alpha1 v1alpha4 v1alpha4"', "v1alpha3 v1alpha4 v1alpha4"],
    ],
    [
      "a mesh that is not the reference mesh",
      ["--cluster", "embedded", "--mesh", "traefik-mesh"],
      ["mesh: ", '"traefik-mesh"', "set cluster to kind"],
    ],
    ["an empty name of a mesh", ["--mesh", ""], ["mesh: it is required", "--cluster embedded"]],
  ] as const)("%s is a mistake, and answered at once", (_, args, words) =>
    cli(args, ({ exitCode, stdout, stderr }) => {
      expect(exitCode, stderr).toBe(2);
      expect(stdout).toBe("");
      for (const word of words) expect(stderr).toContain(word);
      expect(stderr).toContain("  next: ");
      // Nothing was begun.
      expect(stderr).not.toContain("== ");
    }),
  );

  it("a mesh that is named needs a cluster, and is told of all ways to one", () =>
    cli(["--mesh", "traefik-mesh", "--mesh-version", "1.4.8"], ({ exitCode, stderr }) => {
      expect(exitCode).toBe(3);
      for (const word of ["no Docker daemon", "--cluster existing", "--cluster embedded"])
        expect(stderr).toContain(word);
    }));
});

describe("with Docker", () => {
  it("a mesh has to be named: nothing else is judged in its place", () =>
    cli(
      [],
      ({ exitCode, stderr }) => {
        expect(exitCode).toBe(2);
        expect(stderr).toContain("mesh: it is required and empty");
        expect(stderr).toContain("--cluster embedded");
      },
      "#!/bin/sh\necho 28.0.0\n",
    ));
});
