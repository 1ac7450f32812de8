/** The user's mistakes: each is found before anything is created, and names the input, the value and the remedy. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withTempFolder } from "../../../src/adapters/files/folders.ts";
import { InputErrors } from "../../../src/errors.ts";
import { inputDefinitions } from "../../../src/inputs/definitions/index.ts";
import type { RawInputs } from "../../../src/inputs/inputs.ts";
import { select, unknownIds } from "../../../src/inputs/selection.ts";
import { setUpRun } from "../../../src/setup/run-setup.ts";
import { keptLog } from "../../fakes/kept-log.ts";
import { expectOne, mistakesOf, parseInputs } from "./mistakes.ts";

const good = { mesh: "traefik-mesh", "mesh-version": "1.4.8" } as const;
const existing = { ...good, cluster: "existing", "app-image": "app:1" } as const;

const pipeline = { suiteVersion: "0.1.0", lookAround: false };
const shell = { suiteVersion: "0.1.0", lookAround: true };
const parse = (raw: RawInputs) => parseInputs(raw, pipeline);
const parsed = (raw: RawInputs) => mistakesOf(() => parse(raw));
const prepared = (raw: RawInputs) =>
  mistakesOf(() =>
    setUpRun(raw, {
      root: ".",
      log: keptLog(),
      signal: new AbortController().signal,
      ownerPid: process.pid,
    }),
  );

describe("inputs", () => {
  it("have their defaults, and are frozen", () => {
    const inputs = parse(good);
    expect(inputs).toMatchObject({
      mesh: "traefik-mesh",
      meshVersion: "1.4.8",
      cluster: "kind",
      embedded: undefined,
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
    const inputs = parse({
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
    expect(parse({ ...empty, ...good })).toEqual(parse(good));
  });

  it.each([
    ["mesh", "", { "mesh-version": "1.4.8" }, /Name the mesh.*--cluster embedded/],
    ["mesh-version", "", { mesh: "traefik-mesh" }, /Give the version/],
    ["mesh-version", '"latest"', { ...good, "mesh-version": "latest" }, /MAJOR\.MINOR\.PATCH/],
    ["cluster", '"minikube"', { ...good, cluster: "minikube" }, /kind, existing, embedded/],
    ["kubeconfig", "it is empty", existing, /path/],
    ["app-image", "it is empty", { ...good, cluster: "existing", kubeconfig: "/k" }, /docs\/workload\.md/],
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
    ["timeout", '"1e300"', { ...good, timeout: "1e300" }, /10 to 21600/],
    ["timeout", '"99999999999"', { ...good, timeout: "99999999999" }, /10 to 21600/],
    ["timeout", '"0.0001"', { ...good, timeout: "0.0001" }, /10 to 21600/],
    ["timeout", '"Infinity"', { ...good, timeout: "Infinity" }, /10 to 21600/],
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
    // Which mesh is missing hangs on the cluster.
    expect(mistakes.map(({ input }) => input).sort()).toEqual([
      "cluster",
      "images",
      "images",
      "mesh-version",
      "parallel",
      "specs",
    ]);
    expect(new InputErrors(mistakes).message.split("; ")).toHaveLength(mistakes.length);
  });
});

describe("the embedded cluster", () => {
  it("has the reference mesh, at the suite's version, and defaults of its own", () => {
    expect(parse({ cluster: "embedded" })).toMatchObject({
      mesh: "reference",
      meshVersion: "0.1.0",
      cluster: "embedded",
      embedded: { mutant: undefined, versions: undefined, seed: 1 },
    });
    expect(parse({ cluster: "embedded", mesh: "reference", "mesh-version": "v0.1.0" })).toMatchObject({
      mesh: "reference",
      meshVersion: "0.1.0",
    });
  });

  it("takes a mutant, versions and a seed", () => {
    const given = { mutant: "some-fault", "smi-versions": "v1alpha2, v1alpha3 v1alpha3", seed: "0" };
    expect(parse({ cluster: "embedded", ...given }).embedded).toEqual({
      mutant: "some-fault",
      versions: { access: "v1alpha2", specs: "v1alpha3", split: "v1alpha3" },
      seed: 0,
      wire: "memory",
    });
    expect(parse({ cluster: "embedded", wire: "sockets" }).embedded?.wire).toBe("sockets");
  });

  it.each([
    ["the reference mesh", { mesh: "reference" }],
    ["a mutant", { mutant: "some-fault" }],
    ["its versions", { "smi-versions": "v1alpha2 v1alpha3 v1alpha3" }],
    ["its seed", { seed: "7" }],
    ["its wire", { wire: "sockets" }],
  ])("is what asking for %s means", (_, raw) => {
    expect(parse(raw).cluster).toBe("embedded");
  });

  it("is where a person in a shell ends up who names nothing, with whatever does not say which mesh", () => {
    for (const raw of [{}, { only: "a/b" }, { "report-dir": "r", parallel: "2" }, { mesh: " ", install: "true" }])
      expect(parseInputs(raw, shell).cluster).toBe("embedded");
  });

  it.each([
    ["a mesh", { mesh: "traefik-mesh", "mesh-version": "1.4.8" }],
    ["a profile", { "mesh-profile": "p.yaml", "mesh-version": "1.4.8" }],
    ["kind", { ...good, cluster: "kind" }],
    ["a cluster of theirs", { ...existing, kubeconfig: "/k" }],
  ])("is not where one ends up who names %s", (_, raw) => {
    expect(parseInputs(raw, shell).cluster).not.toBe("embedded");
  });

  it.each([
    ["a version", { "mesh-version": "1.4.8" }, ["mesh"]],
    ["a manifest", { manifest: "m.yaml" }, ["mesh", "mesh-version"]],
    ["a chart", { chart: "./c" }, ["mesh", "mesh-version"]],
    ["an image", { images: "mine:1" }, ["mesh", "mesh-version"]],
  ])("does not stand in for a mesh that someone forgot to name beside %s", async (_, raw, missing) => {
    const mistakes = await mistakesOf(() => parseInputs(raw, shell));
    expect(mistakes.map(({ input }) => input)).toEqual(missing);
  });

  it("never stands in for a mesh in a pipeline", async () => {
    for (const raw of [{}, Object.fromEntries(inputDefinitions.map(({ name, default: value }) => [name, value]))])
      expect((await parsed(raw)).map(({ input }) => input)).toEqual(["mesh", "mesh-version"]);
  });

  it("takes every default of action.yml as if it were not given", () => {
    const defaults = Object.fromEntries(inputDefinitions.map(({ name, default: value }) => [name, value]));
    expect(parse({ ...defaults, cluster: "embedded" }).cluster).toBe("embedded");
  });

  it.each([
    ["mesh", "traefik-mesh", /leave mesh empty.*set cluster to kind to test traefik-mesh/],
    ["mesh-version", "1.4.8", /Leave it empty/],
    ["mesh-profile", "p.yaml", /kind or existing/],
    ["allow-unknown-version", "true", /kind or existing/],
    ["manifest", "m.yaml", /kind or existing/],
    ["chart", "./c", /kind or existing/],
    ["chart-version", "1.0.0", /kind or existing/],
    ["values", "v.yaml", /kind or existing/],
    ["images", "mine:1", /kind or existing/],
    ["kubeconfig", "/k", /kind or existing/],
    ["install", "false", /kind or existing/],
    ["node-image", "kindest/node:v1.34.3", /kind or existing/],
    ["app-image", "app:1", /kind or existing/],
    ["app-base-image", "node:22", /kind or existing/],
    ["keep-cluster", "true", /kind or existing/],
  ] as const)("refuses %s, which could have no effect", async (input, value, remedy) => {
    expectOne(await parsed({ cluster: "embedded", [input]: value }), input, `"${value}"`, remedy);
  });

  it.each([
    ["mesh", "reference", { "mesh-version": "1.4.8", cluster: "kind" }, /set cluster to embedded/],
    ["mutant", "some-fault", good, /set cluster to embedded and leave mesh empty/],
    ["smi-versions", "v1alpha3 v1alpha4 v1alpha4", good, /embedded/],
    ["seed", "7", { ...existing, kubeconfig: "/k" }, /embedded/],
  ] as const)("alone has %s %s", async (input, value, raw, remedy) => {
    expectOne(await parsed({ ...raw, [input]: value }), input, `"${value}"`, remedy);
  });

  it.each([
    ["smi-versions", "v1alpha3 v1alpha4", /three of v1alpha1, .*v1alpha4/],
    ["smi-versions", "v1alpha3 v1alpha4 v1alpha4 v1alpha4", /three of/],
    ["smi-versions", "v1alpha3 v1alpha4 v1beta1", /three of/],
    ["seed", "-1", /0 to 4294967295/],
    ["seed", "1.5", /0 to 4294967295/],
    ["seed", "random", /0 to 4294967295/],
  ] as const)("refuses %s %s", async (input, value, remedy) => {
    expectOne(await parsed({ cluster: "embedded", [input]: value }), input, `"${value}"`, remedy);
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
    expectOne(waived, "only", '"no/such"', /`list`/);
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
    expectOne(await prepared({ ...good, "report-dir": "/proc/report" }), "report-dir", "/proc/report", /Give a folder/);
  });

  it("a profile of the user's must be of the mesh that is named, and is pointed into", async () => {
    await withTempFolder(async (folder) => {
      const file = join(folder, "mine.yaml");
      await writeFile(file, "mesh: mine\ntitle: Mine\n");
      const mistakes = await prepared({ ...good, "mesh-profile": file });
      expect(mistakes.map(({ input, message }) => [input, message.replace(/^.*: /, "")])).toEqual(
        ["namespace", "dataPlane", "access", "propagation", "ready"].map((key) => [
          "mesh-profile",
          `${key} is missing`,
        ]),
      );
      expect(mistakes[0]?.message).toContain(`${file}:1:1`);
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

  it("is all, of some specs, some ids, or all but some", () => {
    expect(ids({})).toHaveLength(3);
    expect(ids({ specs: ["traffic-split"] })).toEqual(["traffic-split/one"]);
    expect(ids({ only: ["traffic-access/two"] })).toEqual(["traffic-access/two"]);
    expect(ids({ skip: ["traffic-access/two"] })).toEqual(["traffic-access/one", "traffic-split/one"]);
  });

  it.each(["only", "skip"])("of an id that does not exist in %s names ones that are near", (input) => {
    const near = /^Did you mean traffic-access\/one or traffic-access\/two\? /;
    const of = (ids: readonly string[]) => unknownIds(assertions, { ...nothing, [input]: ids });
    expectOne(of(["traffic-access/three"]), input, '"traffic-access/three"', near);
    expectOne(of(["one", "one"]), input, '"one"', /^Did you mean traffic-split\/one or traffic-access\/one\? /);
    expectOne(of(["traffic-access/one", "x"]), input, '"x"', /^The command `list` shows all ids; a spec and a pattern/);
  });

  it("names each id that does not exist, of both", () => {
    const mistakes = unknownIds(assertions, { only: ["a/1", "traffic-access/one", "a/2"], skip: ["a/1"] });
    expect(mistakes.map(({ message }) => message)).toEqual([
      'only: there is no assertion "a/1"',
      'only: there is no assertion "a/2"',
      'skip: there is no assertion "a/1"',
    ]);
  });

  it("of nothing at all is a mistake", async () => {
    const none = { ...nothing, only: ["traffic-access/one"], skip: ["traffic-access/one"] };
    const mistakes = await mistakesOf(() => select(assertions, none));
    expectOne(mistakes, "specs", "select no assertion", /Widen/);
  });
});
