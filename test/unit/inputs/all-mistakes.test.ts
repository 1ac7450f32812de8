/** All mistakes of all kinds are told in one run, each once, and nothing that only follows from one of them. */
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { InfrastructureError } from "../../../src/errors.ts";
import { readCommandLine } from "../../../src/inputs/command-line.ts";
import { doubtfulBy } from "../../../src/inputs/doubtful.ts";
import type { RawInputs } from "../../../src/inputs/inputs.ts";
import { type Surroundings, setUpRun } from "../../../src/setup/run-setup.ts";
import { testFolder } from "../../fakes/fake-program.ts";
import { keptLog } from "../../fakes/kept-log.ts";
import { expectOne, mistakesOf } from "./mistakes.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const good = { mesh: "traefik-mesh", "mesh-version": "1.4.8" } as const;

const prepared = (raw: RawInputs, given: Pick<Surroundings, "fetchRun"> = {}) =>
  mistakesOf(() =>
    setUpRun(raw, {
      root,
      log: keptLog(),
      signal: new AbortController().signal,
      ownerPid: process.pid,
      ...given,
    }),
  );
const inputsOf = async (raw: RawInputs) => (await prepared(raw)).map(({ input }) => input);

/** Mistakes in texts, in files that are named, and in ids, as many as one run can have: the inputs in their order. */
const kindMistakes: readonly (readonly [string, string])[] = [
  ["mesh", "istio"],
  ["mesh-version", "latest"],
  ["allow-unknown-version", "maybe"],
  ["manifest", "/no/mesh.yaml"],
  ["chart", "./mine"],
  ["values", "/no/values.yaml"],
  ["images", "Not-An/Image"],
  ["kubeconfig", "/no/kubeconfig"],
  ["install", "perhaps"],
  ["kubernetes-version", "1.19"],
  ["node-image", "node:"],
  ["kind-config", "/no/kind.yaml"],
  ["keep-cluster", "yes"],
  ["mutant", "zzz"],
  ["smi-versions", "v9"],
  ["seed", "chance"],
  ["wire", "copper"],
  ["specs", "traffic-magic"],
  ["only", "nonsense/row"],
  ["skip", "nonsense/other"],
  ["repeat", "often"],
  ["shard", "9/4"],
  ["parallel", "lots"],
  ["propagation-deadline", "soon"],
  ["timeout", "late"],
  ["app-image", "UPPER:"],
  ["app-base-image", "base:"],
  ["fail-on", "always"],
  ["minimum", "most"],
  ["require", "nobody"],
  ["allow-failures", "/no/known.yaml"],
  ["baseline", "/no/report.json"],
  ["baseline-artifact", "smi"],
  ["token", "two words"],
  ["commit-status", "on"],
  ["status-context", "x".repeat(300)],
  ["status-sha", "main"],
  ["target-url", "page"],
  ["upload", "1"],
  ["artifact-name", "a/b"],
  ["retention-days", "a week"],
  ["fail-on-upload-error", "never"],
  ["report-dir", "/proc/report"],
  ["evidence", "all"],
];

/** Runs the program of a shell, or the step of a workflow. */
async function run(program: string, args: readonly string[], inputs: RawInputs = {}) {
  const summary = join(await testFolder(), "summary.md");
  await writeFile(summary, "");
  const env = {
    PATH: process.env.PATH,
    GITHUB_STEP_SUMMARY: summary,
    ...Object.fromEntries(Object.entries(inputs).map(([name, text]) => [`INPUT_${name.toUpperCase()}`, text])),
  };
  return new Promise<{ readonly code: unknown; readonly text: string }>((resolve) => {
    execFile(process.execPath, [join(root, program), ...args], { env, cwd: root }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, text: `${stdout}${stderr}` }),
    );
  });
}

describe("all mistakes at once", () => {
  it("are those in the texts, in the files that are named and in the ids, in the order of the inputs", async () => {
    const mistakes = await prepared(Object.fromEntries(kindMistakes));
    expect(mistakes.map(({ input }) => input)).toEqual(kindMistakes.map(([input]) => input));
    for (const { input, message, remedy } of mistakes) {
      expect(message.startsWith(`${input}: `)).toBe(true);
      expect(remedy).not.toBe("");
    }
  });

  it("are what a shell is told, each once, with exit code 2", { timeout: 60_000 }, async () => {
    const { code, text } = await run(
      "src/cli.ts",
      kindMistakes.map(([name, value]) => `--${name}=${value}`),
    );
    expect(code).toBe(2);
    const told = [...text.matchAll(/^error: ([a-z-]+): /gm)].map(([, name]) => name);
    expect(told).toEqual(kindMistakes.map(([name]) => name));
    expect(text.match(/^ {2}next: \S/gm)).toHaveLength(told.length);
    expect(text).not.toContain("two words");
  });

  it("are those in the command line too, and none twice", { timeout: 60_000 }, async () => {
    const { code, text } = await run("src/cli.ts", [
      ...["--bogus", "1", "--other", "--mesh", "nope", "--mesh-version", "--repeat", "often", "stray"],
    ]);
    expect(code).toBe(2);
    expect([...text.matchAll(/^error: (.*)$/gm)].map(([, message]) => message)).toEqual([
      'mesh: there is no profile of a mesh "nope"',
      "mesh-version: is given without a value",
      'repeat: "often" is not a whole number of runs from 1 to 20',
      "--bogus: there is no such option",
      "--other: there is no such option",
      'the command line: "stray" belongs to no option',
    ]);
    expect(await run("src/cli.ts", ["--list", "--bogus"])).toMatchObject({ code: 2 });
    expect(await run("src/cli.ts", ["--help", "--bogus"])).toMatchObject({ code: 0 });
  });

  it.each([
    ["--clustr", "embedded", "Did you mean --cluster?"],
    ["--mutent", "ignores-weights", "Did you mean --mutant?"],
    ["--mseh", "traefik-mesh", "Did you mean --mesh?"],
  ])("are one where %s is misspelt, and nothing that may follow from it", async (flag, value, meant) => {
    const { mistakes } = readCommandLine([flag, value], { options: {}, words: false, inputOf: (name) => name });
    const found = await mistakesOf(() =>
      setUpRun({}, { root, log: keptLog(), signal: new AbortController().signal, ownerPid: process.pid, mistakes }),
    );
    expect(found.map(({ input }) => input)).toEqual([flag]);
    expect(doubtfulBy(found).inputs).toContain(meant.slice("Did you mean --".length, -1));
  });

  it("are those of a chart that is not there, before Docker is asked", async () => {
    const existing = { cluster: "existing", kubeconfig: "/no/kubeconfig", "app-image": "a:1" };
    expectOne(
      await prepared({ ...good, chart: "./nope" }),
      "chart",
      '"./nope" does not exist',
      /folder or the archive/,
    );
    expectOne(await prepared({ ...good, chart: "nope" }), "chart", '"nope" does not exist', /REPOSITORY\/CHART/);
    expectOne(await prepared({ ...good, chart: "./src" }), "chart", '"./src" has no Chart.yaml', /chart/);
    expect(await inputsOf({ ...good, ...existing, chart: "repo/nope" })).toEqual(["kubeconfig"]);
    expect(await inputsOf({ ...good, ...existing, chart: "oci://example.test/nope" })).toEqual(["kubeconfig"]);
  });

  it("are what a workflow is told, each once, with exit code 2", { timeout: 60_000 }, async () => {
    const { code, text } = await run("src/main.ts", [], Object.fromEntries(kindMistakes));
    expect(code).toBe(2);
    const told = [...text.matchAll(/^::error[^:]*::([a-z-]+)(?::|%3A) /gm)].map(([, name]) => name);
    expect(told).toEqual(kindMistakes.map(([name]) => name));
  });

  it("are told of the embedded cluster too", async () => {
    const raw = { cluster: "embedded", parallel: "lots", only: "nonsense/row", "allow-failures": "/no/file" };
    expect(await inputsOf({ ...raw, require: "zzz", mutant: "nobody", manifest: "/no/mesh.yaml" })).toEqual([
      "manifest",
      "mutant",
      "only",
      "parallel",
      "require",
      "allow-failures",
    ]);
  });

  it("are told of an existing cluster too", async () => {
    const raw = { ...good, cluster: "existing", "mesh-version": "9.9.9", "kind-config": "/no/kind.yaml" };
    expect(await inputsOf({ ...raw, repeat: "0", assertions: "/no/folder" })).toEqual([
      "mesh-version",
      "kubeconfig",
      "kind-config",
      "assertions",
      "repeat",
      "app-image",
    ]);
  });

  it("name each id, and each kind of wrong requirement", async () => {
    const row = "traffic-access/deny-by-default-http";
    const mistakes = await prepared({
      ...{ cluster: "embedded", specs: "traffic-split", only: "a/1 a/2", skip: "a/1", require: `${row} nobody` },
    });
    expect(mistakes.map(({ message }) => message)).toEqual([
      'only: there is no assertion "a/1"',
      'only: there is no assertion "a/2"',
      'skip: there is no assertion "a/1"',
      'require: there is neither an assertion nor a spec "nobody"',
    ]);
  });

  it("of a file of known failures are told where the assertions are wrong as well", async () => {
    const folder = await testFolder();
    const known = join(folder, "known.yaml");
    await writeFile(known, "- id: a/b\n  reason: r\n  expires: 2027-02-30\n");
    await mkdir(join(folder, "none"));
    const raw = { cluster: "embedded", assertions: join(folder, "none"), "allow-failures": known };
    expect(await inputsOf(raw)).toEqual(["assertions", "allow-failures"]);
    // Which ids there are is not known then.
    await writeFile(known, "- id: a/b\n  reason: r\n  expires: 2027-02-28\n");
    expect(await inputsOf(raw)).toEqual(["assertions"]);
  });
});

describe("what only follows from a mistake", () => {
  it.each<[string, RawInputs, readonly string[]]>([
    ["what a kind cluster lacks, of one that is unknown", { cluster: "k3d" }, ["cluster"]],
    ["what it has no use for", { cluster: "k3d", kubeconfig: "package.json", seed: "7" }, ["cluster", "kubeconfig"]],
    ["that a version is unknown, of one that is none", { ...good, "mesh-version": "new" }, ["mesh-version"]],
    [
      "that a version is unknown, where that may be waived",
      { ...good, "mesh-version": "9.9.9", "allow-unknown-version": "ja" },
      ["allow-unknown-version"],
    ],
    ["that a version is unknown, to no mesh", { mesh: "istio", "mesh-version": "9.9.9" }, ["mesh"]],
    ["that there is no profile, of no mesh", { "mesh-version": "1.4.8", parallel: "x" }, ["mesh", "parallel"]],
    ["what a value means that has no place", { cluster: "embedded", "node-image": "No Image" }, ["node-image"]],
    ["what a seed may be, on kind", { ...good, seed: "x" }, ["seed"]],
    ["that nothing is left, of a spec that is none", { ...good, specs: "magic", shard: "2/2" }, ["specs"]],
    [
      "that nothing is left, of an id that is none",
      { ...good, specs: "traffic-split", only: "a/b", shard: "200/200" },
      ["only"],
    ],
    [
      "that a requirement is left out, by a selection that is wrong",
      { ...good, only: "a/b", require: "traffic-access" },
      ["only"],
    ],
    [
      "that versions do not go together, of what are none",
      { cluster: "embedded", "smi-versions": "v1alpha2 v1alpha4 v7" },
      ["smi-versions"],
    ],
    [
      "that a version is unknown, where nothing may be to install",
      { ...good, "mesh-version": "9.9.9", install: "?" },
      ["install"],
    ],
  ])("is not told: %s", async (_what, raw, expected) => {
    expect(await inputsOf(raw)).toEqual(expected);
  });

  it("is not told: that a baseline is of another mesh than one that there is none of", async () => {
    const baseline = "docs/example";
    expect(await inputsOf({ ...good, mesh: "istio", baseline })).toEqual(["mesh"]);
    expect(await inputsOf({ cluster: "embedded", mesh: "istio", baseline })).toEqual(["mesh"]);
    expectOne(await prepared({ cluster: "embedded", baseline }), "baseline", "report of Traefik Mesh", /same mesh/);
  });
});

describe("the baseline of an earlier run", () => {
  const raw = { cluster: "embedded", "baseline-run": "17", token: "t" };

  it("is not fetched where anything else is wrong: that is told at once, whether or not GitHub answers", async () => {
    const asked: string[] = [];
    const fetchRun = async (run: string) => {
      asked.push(run);
      throw new InfrastructureError("download", "GitHub does not answer", "Try again.");
    };
    expectOne(await prepared({ ...raw, parallel: "lots" }, { fetchRun }), "parallel", '"lots"', /1 to 32/);
    expectOne(await prepared({ ...raw, only: "a/b" }, { fetchRun }), "only", '"a/b"', /`list`/);
    expect(asked).toEqual([]);
    await expect(prepared(raw, { fetchRun })).rejects.toThrow("GitHub does not answer");
    expect(asked).toEqual(["17"]);
  });
});
