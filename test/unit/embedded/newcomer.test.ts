/**
 * The first minutes of someone who has cloned this and has no Docker: the program must run, say whose verdict it is, and
 * answer mistakes before anything is begun. As a process of its own where it runs; mistakes in process.
 */
import { spawn } from "node:child_process";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { withTempFolder } from "../../../src/adapters/files/folders.ts";
import { reportSchema } from "../../../src/domain/report/report.ts";
import { mutants } from "../../../src/embedded/mutants/index.ts";
import { InfrastructureError } from "../../../src/errors.ts";
import type { RawInputs } from "../../../src/inputs/inputs.ts";
import { realRun } from "../../../src/render/text/reference-notice.ts";
import { setUpRun } from "../../../src/setup/run-setup.ts";
import { testFolder } from "../../fakes/fake-program.ts";
import { keptLog } from "../../fakes/kept-log.ts";
import { mistakesOf } from "../inputs/mistakes.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const program = join(root, "src", "cli.ts");
/** What is wrong with it shows in every weighted split, so one assertion is enough. */
const MUTANT = "ignores-weights";
const MUTANT_ASSERTION = "traffic-split/weight-75-25";

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** A file below its working folder. */
  readonly file: (path: string) => Promise<string>;
}

/** In an empty folder that is also all of its PATH, where no Docker daemon can be reached. `words` are for a shell. */
function cli<T>(words: string, look: (ended: Ended) => T | Promise<T>): Promise<T> {
  return withTempFolder(async (folder) => {
    const child = spawn("/bin/sh", ["-c", `exec '${process.execPath}' '${program}' ${words}`], {
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

/** The set-up of a run in a shell, on a machine that has this `docker` or, where it is left out, no program at all. */
async function setUp(inputs: RawInputs, docker?: string) {
  const folder = await testFolder();
  if (docker !== undefined) {
    await writeFile(join(folder, "docker"), docker);
    await chmod(join(folder, "docker"), 0o755);
  }
  vi.stubEnv("PATH", docker === undefined ? folder : [folder, process.env.PATH].join(delimiter));
  vi.stubEnv("DOCKER_HOST", "unix:///nonexistent");
  const log = keptLog();
  const signal = new AbortController().signal;
  const work = () =>
    setUpRun(
      { "report-dir": join(folder, "report"), ...inputs },
      { root, log, signal, ownerPid: process.pid, lookAround: inputs.mesh === undefined },
    );
  return { log, work };
}

const flat = (text: string) => text.replace(/\s+/g, " ");
const own = "This judges the project's own reference mesh, which runs in this process, and not a mesh of yours.";

describe("without Docker", () => {
  it("and without options, the whole suite runs on the reference mesh, and says so at its start, at its end and in its report", () =>
    cli("", async ({ exitCode, stdout, stderr, file }) => {
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
    }));

  it("a mutant shows a failing report that names it, and the command in it shows the same, with the same versions and seed", async () => {
    const title = mutants.find(({ name }) => name === MUTANT)?.title ?? "no such mutant";
    const versions = "--smi-versions 'v1alpha2 v1alpha3 v1alpha3'";
    let words = `--mutant ${MUTANT} --only ${MUTANT_ASSERTION} --seed 7 ${versions}`;
    for (const turn of ["first", "reproduced"]) {
      words = await cli(words, async ({ exitCode, stdout, stderr, file }) => {
        expect(exitCode, `${turn}\n${stdout}\n${stderr}`).toBe(1);
        expect(flat(stderr)).toContain(title.replace(/\.$/, ""));
        expect(flat(stdout)).toContain(`Reference mesh, mutant ${MUTANT}`);
        expect(flat(stdout)).toContain(title.replace(/\.$/, ""));
        const report = reportSchema.parse(JSON.parse(await file("smi-conformance-report/report.json")));
        expect(report).toMatchObject({
          verdict: "not-conformant",
          mesh: { mutant: { name: MUTANT, title }, source: `this suite, in process, mutant ${MUTANT}` },
          assertions: [{ id: MUTANT_ASSERTION, verdict: "FAIL" }],
        });
        expect(Object.fromEntries(report.served.map((kind) => [kind.kind, kind.versions]))).toMatchObject({
          TrafficTarget: ["v1alpha2"],
          HTTPRouteGroup: ["v1alpha3"],
          TrafficSplit: ["v1alpha3"],
        });
        expect(await file("smi-conformance-report/report.md")).toContain(`mutant ${MUTANT}`);
        return report.reproduce.replace("npm run conformance -- ", "");
      });
    }
    for (const word of ["--cluster embedded", `--mutant ${MUTANT}`, "--seed 7", versions])
      expect(words).toContain(word);
  });

  it.each([
    ["an unknown mutant", { mutant: "ignores-wieghts" }, ["mutant: ", '"ignores-wieghts"', MUTANT]],
    [
      "versions that do not go together",
      { "smi-versions": "v1alpha1 v1alpha4 v1alpha4" },
      ["smi-versions: ", '"v1alpha1 v1alpha4 v1alpha4"', "v1alpha3 v1alpha4 v1alpha4"],
    ],
    [
      "a mesh that is not the reference mesh",
      { cluster: "embedded", mesh: "traefik-mesh" },
      ["mesh: ", '"traefik-mesh"', "set cluster to kind"],
    ],
    ["an empty name of a mesh", { mesh: "" }, ["mesh: it is required", "--cluster embedded"]],
  ] as const)("%s is a mistake, and nothing is begun", async (_, inputs, words) => {
    const { log, work } = await setUp(inputs);
    const text = (await mistakesOf(work)).map(({ message, remedy }) => `${message}. ${remedy}`).join("\n");
    for (const word of words) expect(text).toContain(word);
    expect(log.lines.filter((line) => !line.includes("docker"))).toEqual([]);
  });

  it("a mesh that is named needs a cluster, and the error names all ways to one", async () => {
    const { work } = await setUp({ mesh: "traefik-mesh", "mesh-version": "1.4.8" });
    const error: unknown = await work().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InfrastructureError);
    const { message, advice } = error as InfrastructureError;
    for (const word of ["no Docker daemon", "--cluster existing", "--cluster embedded"])
      expect(`${message} ${advice}`).toContain(word);
  });
});

describe("with Docker", () => {
  it("a mesh has to be named: nothing else is judged in its place", async () => {
    const { work } = await setUp({}, "#!/bin/sh\necho 28.0.0\n");
    const text = (await mistakesOf(work)).map(({ message, remedy }) => `${message}. ${remedy}`).join("\n");
    expect(text).toContain("mesh: it is required and empty");
    expect(text).toContain("--cluster embedded");
  });
});
