/** The user's mistakes: each is found before anything is created, and names the input, the value and the remedy. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withTempFolder } from "../../src/edges/files.ts";
import type { ConfigurationError } from "../../src/errors.ts";
import { inputDefinitions } from "../../src/input-definitions.ts";
import { InputErrors, parseInputs, type RawInputs } from "../../src/inputs.ts";
import { prepare, select } from "../../src/prepare.ts";
import { keptLog } from "../fakes/suite.ts";

const good = { mesh: "traefik-mesh", "mesh-version": "1.4.8" } as const;
const existing = { ...good, cluster: "existing", "app-image": "app:1" } as const;

async function mistakesOf(work: () => unknown): Promise<readonly ConfigurationError[]> {
  try {
    await work();
  } catch (error) {
    if (error instanceof InputErrors) return error.errors;
    throw error;
  }
  throw new Error("no InputErrors");
}

const parsed = (raw: RawInputs) => mistakesOf(() => parseInputs(raw));
const prepared = (raw: RawInputs) =>
  mistakesOf(() =>
    prepare(raw, {
      root: ".",
      log: keptLog(),
      signal: new AbortController().signal,
      ownerPid: process.pid,
      workflow: null,
    }),
  );

/** That there is one mistake, about this input, whose message has the value, and which says what to do. */
function expectOne(mistakes: readonly ConfigurationError[], input: string, value: string, remedy: RegExp): void {
  expect(mistakes.map((m) => m.message)).toHaveLength(1);
  const [mistake] = mistakes;
  expect(mistake?.name).toBe("ConfigurationError");
  expect(mistake?.input).toBe(input);
  expect(mistake?.message.startsWith(`${input}: `)).toBe(true);
  expect(mistake?.message).toContain(value);
  expect(mistake?.remedy).toMatch(remedy);
}

describe("inputs", () => {
  it("have their defaults, and are frozen", () => {
    const inputs = parseInputs(good);
    expect(inputs).toMatchObject({
      mesh: "traefik-mesh",
      meshVersion: "1.4.8",
      cluster: "kind",
      install: true,
      keepCluster: false,
      allowUnknownVersion: false,
      specs: [],
      only: [],
      skip: [],
      parallel: undefined,
      propagationDeadlineMs: undefined,
      timeoutMs: 1_800_000,
      reportDir: "smi-conformance-report",
      kubeconfig: undefined,
      given: good,
    });
    expect(Object.isFrozen(inputs)).toBe(true);
  });

  it("are read as they are meant: lists by comma, space or line, blanks around, seconds as milliseconds", () => {
    const inputs = parseInputs({
      ...good,
      "mesh-version": " v1.4.8\n",
      specs: "traffic-access, traffic-split\n traffic-specs",
      only: "a/b\nc/d",
      "propagation-deadline": "0.5",
      timeout: "10",
      "keep-cluster": "TRUE",
      images: "a:1 b:2",
    });
    expect(inputs).toMatchObject({
      meshVersion: "1.4.8",
      specs: ["traffic-access", "traffic-split", "traffic-specs"],
      only: ["a/b", "c/d"],
      propagationDeadlineMs: 500,
      timeoutMs: 10_000,
      keepCluster: true,
      images: ["a:1", "b:2"],
    });
  });

  it("that are empty are as if they were not given", () => {
    const empty = Object.fromEntries(inputDefinitions.map(({ name }) => [name, " "]));
    expect(parseInputs({ ...empty, ...good })).toEqual(parseInputs(good));
  });

  it.each([
    ["mesh", "", { "mesh-version": "1.4.8" }, /Name the mesh/],
    ["mesh-version", "", { mesh: "traefik-mesh" }, /Give the version/],
    ["mesh-version", '"latest"', { ...good, "mesh-version": "latest" }, /MAJOR\.MINOR\.PATCH/],
    ["cluster", '"minikube"', { ...good, cluster: "minikube" }, /kind or existing/],
    ["kubeconfig", "it is empty", { ...good, cluster: "existing" }, /path/],
    ["kubeconfig", '"/k"', { ...good, kubeconfig: "/k" }, /existing/],
    ["chart", '"./c"', { ...good, manifest: "m.yaml", chart: "./c" }, /one of the two/],
    ["specs", '"traffic-magic"', { ...good, specs: "traffic-access,traffic-magic" }, /traffic-access, .*traffic-split/],
    ["install", "it is false", { ...good, install: "false" }, /leave install true/],
    ["install", '"maybe"', { ...existing, kubeconfig: "/k", install: "maybe" }, /true or false/],
    ["keep-cluster", '"yes"', { ...good, "keep-cluster": "yes" }, /true or false/],
    ["parallel", '"0"', { ...good, parallel: "0" }, /1 to 32/],
    ["parallel", '"2.5"', { ...good, parallel: "2.5" }, /1 to 32/],
    ["parallel", '"many"', { ...good, parallel: "many" }, /1 to 32/],
    ["timeout", '"5"', { ...good, timeout: "5" }, /10 to 21600/],
    ["propagation-deadline", '"-1"', { ...good, "propagation-deadline": "-1" }, /0\.5 to 3600/],
    ["node-image", '"Not An Image"', { ...good, "node-image": "Not An Image" }, /NAME\[:TAG\]/],
    ["app-image", '"UPPER/case"', { ...good, "app-image": "UPPER/case/Path" }, /NAME\[:TAG\]/],
    ["app-base-image", '"node:"', { ...good, "app-base-image": "node:" }, /NAME\[:TAG\]/],
    ["images", '"a@sha256:12"', { ...good, images: "fine:1,a@sha256:12" }, /NAME\[:TAG\]/],
    ["colour", "no such input", { ...good, colour: "red" } as RawInputs, /The inputs are mesh, /],
  ] as const)("%s with %s is a mistake", async (input, value, raw, remedy) => {
    const shown = value === '"UPPER/case"' ? '"UPPER/case/Path"' : value;
    expectOne(await parsed(raw), input, shown, remedy);
  });

  it("with several mistakes name them all at once", async () => {
    const mistakes = await parsed({ "mesh-version": "1.4", cluster: "k3d", parallel: "99", images: "A B", specs: "x" });
    expect(mistakes.map(({ input }) => input).sort()).toEqual([
      "cluster",
      "images",
      "images",
      "mesh",
      "mesh-version",
      "parallel",
      "specs",
    ]);
    expect(new InputErrors(mistakes).message.split("; ")).toHaveLength(mistakes.length);
  });
});

describe("what can be checked before a run", () => {
  it("the mesh must have a profile", async () => {
    expectOne(await prepared({ ...good, mesh: "istio" }), "mesh", '"istio"', /traefik-mesh.*mesh-profile/);
  });

  it("the version must be known to it, unless that is waived", async () => {
    const unknown = { ...good, "mesh-version": "9.9.9" };
    expectOne(await prepared(unknown), "mesh-version", '"9.9.9"', /allow-unknown-version/);
    // Waived, the one mistake that is left is another's.
    const waived = await prepared({ ...unknown, "allow-unknown-version": "true", only: "no/such" });
    expectOne(waived, "only", '"no/such"', /--list/);
  });

  it.each([
    ["kubeconfig", { ...existing, kubeconfig: "/nonexistent/kubeconfig" }, "/nonexistent/kubeconfig"],
    ["manifest", { ...good, manifest: "/nonexistent/mesh.yaml" }, '"/nonexistent/mesh.yaml"'],
    ["values", { ...good, values: "/nonexistent/values.yaml" }, '"/nonexistent/values.yaml"'],
    ["assertions", { ...good, assertions: "/nonexistent/folder" }, '"/nonexistent/folder"'],
    ["mesh-profile", { ...good, "mesh-profile": "/nonexistent/p.yaml" }, '/nonexistent/p.yaml"'],
  ] as const)("%s must be readable", async (input, raw, value) => {
    expectOne(await prepared(raw), input, value, /./);
  });

  it("the report folder must be writable", async () => {
    expectOne(await prepared({ ...good, "report-dir": "/proc/report" }), "report-dir", "/proc/report", /Name a folder/);
  });

  it("an existing cluster needs an image that it can pull", async () => {
    await withTempFolder(async (folder) => {
      const kubeconfig = join(folder, "kubeconfig");
      await writeFile(
        kubeconfig,
        [
          "apiVersion: v1",
          "kind: Config",
          "current-context: c",
          "clusters: [{name: k, cluster: {server: 'https://127.0.0.1:1'}}]",
          "users: [{name: u, user: {}}]",
          "contexts: [{name: c, context: {cluster: k, user: u}}]",
        ].join("\n"),
      );
      const mistakes = await prepared({ ...good, cluster: "existing", kubeconfig });
      expectOne(mistakes, "app-image", "it is empty", /docker build/);
    });
  });

  it("a profile of the user's must be of the mesh that is named, and is pointed into", async () => {
    await withTempFolder(async (folder) => {
      const file = join(folder, "mine.yaml");
      await writeFile(file, "mesh: mine\ntitle: Mine\n");
      expectOne(await prepared({ ...good, "mesh-profile": file }), "mesh-profile", `${file}:1:1`, /Mend the file/);
    });
  });

  it("several mistakes are named at once", async () => {
    await withTempFolder(async (folder) => {
      await mkdir(join(folder, "empty"));
      const mistakes = await prepared({
        mesh: "istio",
        "mesh-version": "1.4.8",
        assertions: join(folder, "empty"),
        manifest: "/nonexistent/mesh.yaml",
        "report-dir": "/proc/report",
      });
      expect(mistakes.map(({ input }) => input).sort()).toEqual(["assertions", "manifest", "mesh", "report-dir"]);
    });
  });
});

describe("the selection", () => {
  const row = (id: string, spec: "traffic-access" | "traffic-split") => ({ id, spec }) as never;
  const assertions = [
    row("traffic-access/one", "traffic-access"),
    row("traffic-access/two", "traffic-access"),
    row("traffic-split/one", "traffic-split"),
  ];
  const nothing = { specs: [], only: [], skip: [] };
  const ids = (given: object) => select(assertions, { ...nothing, ...given }).map(({ id }) => id);
  const mistake = (given: object) =>
    mistakesOf(() => {
      try {
        select(assertions, { ...nothing, ...given });
      } catch (error) {
        throw new InputErrors([error as ConfigurationError]);
      }
    });

  it("is all, of some specs, some ids, or all but some", () => {
    expect(ids({})).toHaveLength(3);
    expect(ids({ specs: ["traffic-split"] })).toEqual(["traffic-split/one"]);
    expect(ids({ only: ["traffic-access/two"] })).toEqual(["traffic-access/two"]);
    expect(ids({ skip: ["traffic-access/two"] })).toEqual(["traffic-access/one", "traffic-split/one"]);
  });

  it.each(["only", "skip"])("of an id that does not exist in %s names ones that are near", async (input) => {
    const near = /traffic-access\/one, traffic-access\/two/;
    expectOne(await mistake({ [input]: ["traffic-access/three"] }), input, '"traffic-access/three"', near);
    expectOne(await mistake({ [input]: ["one"] }), input, '"one"', /traffic-access\/one, traffic-split\/one/);
  });

  it("of nothing at all is a mistake", async () => {
    const none = { only: ["traffic-access/one"], skip: ["traffic-access/one"] };
    expectOne(await mistake(none), "specs", "leave no assertion", /Widen/);
  });
});
